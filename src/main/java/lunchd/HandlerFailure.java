package lunchd;

import lunchd.http.Handler;
import lunchd.jar.JarService;

/** Describes an exception or error that a handler has not caught, in one line. */
final class HandlerFailure extends Exception {
  private static final long serialVersionUID = 1;

  HandlerFailure(Handler handler, Throwable cause) {
    super(describe(handler, cause), cause, false, false);
  }

  private static String describe(Handler handler, Throwable cause) {
    String own = handler.getClass().getPackageName();
    boolean isInJar = JarService.LOADER.equals(handler.getClass().getClassLoader().getName());
    String what = "the handler failed: " + cause + (isInJar ? inJar(cause) : frame(own, cause));
    return cause instanceof NoClassDefFoundError || cause instanceof ClassNotFoundException
        ? what + "; the class is not in the jar, or its module is not in lunchd's runtime"
        : what;
  }

  /** Returns the first frame of code that is in a jar; nothing if there is none. */
  static String inJar(Throwable cause) {
    return frame(null, cause);
  }

  /** Returns the first frame of a package, or with null the first of any class in a jar. */
  private static String frame(String own, Throwable cause) {
    for (StackTraceElement frame : cause.getStackTrace()) {
      String type = frame.getClassName();
      boolean isOwn =
          own == null
              ? JarService.LOADER.equals(frame.getClassLoaderName())
              : own.equals(type.substring(0, Math.max(type.lastIndexOf('.'), 0)));
      if (isOwn) {
        return " at " + type + "." + frame.getMethodName() + "(" + place(frame) + ")";
      }
    }
    return "";
  }

  private static String place(StackTraceElement frame) {
    String file = frame.getFileName() == null ? "unknown source" : frame.getFileName();
    return frame.getLineNumber() > 0 ? file + ":" + frame.getLineNumber() : file;
  }
}
