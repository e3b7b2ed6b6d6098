/** The operator's side: the files they name, the errors they can fix, the exit status they see. */
package lunchd.operator;
