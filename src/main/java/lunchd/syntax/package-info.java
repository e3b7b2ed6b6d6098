/** The character classes that the RFCs' grammars are made of. */
package lunchd.syntax;
