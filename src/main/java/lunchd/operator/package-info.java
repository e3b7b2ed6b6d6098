/** The operator's side: the files they name, the errors they can mend, the exit status they see. */
package lunchd.operator;
