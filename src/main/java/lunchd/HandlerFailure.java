package lunchd;

import lunchd.http.Handler;
import lunchd.jar.JarService;

/** An exception or error that a handler did not deal with, in one line. */
final class HandlerFailure extends Exception {
  private static final long serialVersionUID = 1;

  HandlerFailure(Handler handler, Throwable cause) {
    super(describe(handler, cause), cause, false, false);
  }

  private static String describe(Handler handler, Throwable cause) {
    String what = "the handler failed: " + cause + frame(handler, cause);
    return cause instanceof NoClassDefFoundError || cause instanceof ClassNotFoundException
        ? what + "; the jar lacks that class, or lunchd's runtime the module that has it"
        : what;
  }

  /** Returns the first frame of the handler's own code: of its class loader, or of its package. */
  private static String frame(Handler handler, Throwable cause) {
    String own = handler.getClass().getPackageName();
    String loader = handler.getClass().getClassLoader().getName();
    for (StackTraceElement frame : cause.getStackTrace()) {
      String type = frame.getClassName();
      int dot = type.lastIndexOf('.');
      boolean isOwn =
          JarService.LOADER.equals(loader)
              ? JarService.LOADER.equals(frame.getClassLoaderName())
              : own.equals(dot < 0 ? "" : type.substring(0, dot));
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
