package lunchd.it.support;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

/** The programs that the tests use as super-servers and clients. */
public enum Tool {
  BASH("bash", "bash"),
  CURL("curl", "curl"),
  GIT("git", "git"),
  OPENSSL("openssl", "openssl"),
  SOCAT("socat", "socat"),
  SYSTEMD_SOCKET_ACTIVATE("systemd-socket-activate", "systemd"),
  TIME("time", "time");

  private final String program;
  private final String debianPackage;

  Tool(String program, String debianPackage) {
    this.program = program;
    this.debianPackage = debianPackage;
  }

  /** Returns where the program is; without it the test fails. */
  public String path() {
    for (String directory : System.getenv("PATH").split(File.pathSeparator)) {
      Path file = Path.of(directory, program);
      if (Files.isExecutable(file)) {
        return file.toString();
      }
    }
    throw new AssertionError(program + " is missing: apt-get install " + debianPackage);
  }
}
