import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.maven.eventspy.AbstractEventSpy;
import org.eclipse.aether.RepositoryEvent;
import org.eclipse.aether.RepositoryEvent.EventType;

/**
 * Compares every file that Maven takes from its local repository with a recorded SHA-256, before a
 * plugin is run or a library is compiled against. A file that differs from its record, or has none,
 * ends the build. This is an extension of Maven, which scripts/lib/maven.sh compiles and
 * .mvn/maven.config names.
 */
public final class RecordedArtifacts extends AbstractEventSpy {
  /** With this system property, files are added to the list and not compared. */
  private static final String RECORD = "lunchd.artifacts.record";

  private final Map<String, String> taken = new ConcurrentHashMap<>();
  private Path list;
  private Map<String, String> recorded;

  @Override
  public void init(Context context) throws IOException {
    Map<String, Object> data = context.getData();
    list = Path.of((String) data.get("workingDirectory"), "src/build/artifacts.sha256");
    recorded = read(list);
  }

  /** Lines as sha256sum(1) writes them. */
  private static Map<String, String> read(Path list) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    if (Files.exists(list)) {
      for (String line : Files.readAllLines(list)) {
        digests.put(line.substring(66), line.substring(0, 64));
      }
    }
    return digests;
  }

  @Override
  public void onEvent(Object event) {
    if (event instanceof RepositoryEvent resolved
        && resolved.getType() == EventType.ARTIFACT_RESOLVED
        && resolved.getFile() != null) {
      Path repository = resolved.getSession().getLocalRepository().getBasedir().toPath();
      Path file = resolved.getFile().toPath();
      if (file.startsWith(repository)) { // otherwise it is from this build
        taken.computeIfAbsent(repository.relativize(file).toString(), path -> check(path, file));
      }
    }
  }

  private String check(String path, Path file) {
    String digest = digest(file);
    if (System.getProperty(RECORD) == null && !digest.equals(recorded.get(path))) {
      // Not an exception: Maven would log it and go on.
      System.err.printf(
          "[ERROR] %s%n[ERROR] has the SHA-256 %s,%n[ERROR] but %s says %s. %s%n",
          file,
          digest,
          list,
          recorded.getOrDefault(path, "nothing of it"),
          "Remove the file, to have it fetched anew; if a version was changed on purpose, run"
              + " scripts/record-artifacts");
      Runtime.getRuntime().halt(1);
    }
    return digest;
  }

  private static String digest(Path file) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(Files.readAllBytes(file)));
    } catch (IOException | GeneralSecurityException e) {
      System.err.printf("[ERROR] %s can't be read: %s%n", file, e.getMessage());
      Runtime.getRuntime().halt(1);
      throw new IllegalStateException(e); // every JDK has SHA-256
    }
  }

  @Override
  public void close() throws IOException {
    if (System.getProperty(RECORD) != null) {
      recorded.putAll(taken);
      List<String> lines = new ArrayList<>();
      recorded.forEach((path, digest) -> lines.add(digest + "  " + path));
      Files.write(list, lines);
    }
  }
}
