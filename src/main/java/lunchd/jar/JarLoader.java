package lunchd.jar;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Enumeration;

/**
 * Loads the classes of a jar, unless lunchd or the JDK have one with that name. A URLClassLoader
 * finds its resources, and is made when the first one is asked for: to load classes too, it would
 * take some 4 ms more.
 */
final class JarLoader extends ClassLoader {
  private final File file;
  private final Jar jar;
  private URLClassLoader resources; // null before one is asked for

  /**
   * Opens a jar.
   *
   * @throws IOException if it can't be read, or is no jar
   */
  JarLoader(File file, ClassLoader parent) throws IOException {
    super(JarService.LOADER, parent);
    this.file = file;
    this.jar = new Jar(file);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] octets;
    try {
      octets = jar.read(name.replace('.', '/') + ".class");
    } catch (IOException e) {
      throw new ClassFormatError(name + " can't be read: " + e.getMessage());
    }
    if (octets == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, octets, 0, octets.length);
  }

  @Override
  protected URL findResource(String name) {
    return resources().findResource(name);
  }

  @Override
  protected Enumeration<URL> findResources(String name) throws IOException {
    return resources().findResources(name);
  }

  private synchronized URLClassLoader resources() {
    if (resources == null) {
      try {
        resources = new URLClassLoader(new URL[] {file.toURI().toURL()}, null);
      } catch (IOException e) {
        throw new IllegalStateException(e); // never: a file has a URL
      }
    }
    return resources;
  }
}
