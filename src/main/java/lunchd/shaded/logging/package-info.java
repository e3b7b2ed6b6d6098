/** Stands in the runtime image in place of java.util.logging: see the relocations in pom.xml. */
package lunchd.shaded.logging;
