package lunchd.it.support;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The JDK's TLS client, which trusts only the authority of the fixtures. */
public final class JdkClient {
  private JdkClient() {}

  /** Returns a client on a connection, which verifies chain and host; it has sent nothing yet. */
  public static SSLSocket over(Socket socket, String... protocols)
      throws IOException, GeneralSecurityException {
    return over(socket, null, trust(), protocols);
  }

  /** Returns the same with a certificate to show. */
  public static SSLSocket over(Socket socket, KeyManager own, String... protocols)
      throws IOException, GeneralSecurityException {
    return over(socket, new KeyManager[] {own}, trust(), protocols);
  }

  /** Returns a client that accepts any certificate. */
  public static SSLSocket trustingAll(Socket socket, String... protocols)
      throws IOException, GeneralSecurityException {
    return over(socket, null, trustAll(), protocols);
  }

  /** Returns the same, which asks for a name by SNI. */
  public static SSLSocket asking(Socket socket, String name)
      throws IOException, GeneralSecurityException {
    SSLSocket client = trustingAll(socket);
    SSLParameters parameters = client.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(name)));
    client.setSSLParameters(parameters);
    return client;
  }

  private static SSLSocket over(
      Socket socket, KeyManager[] keys, TrustManager[] trust, String... protocols)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, trust, null);
    SSLSocket client =
        (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", 443, true);
    SSLParameters parameters = client.getSSLParameters();
    if (!(trust[0] instanceof Credulous)) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
    if (protocols.length > 0) {
      parameters.setProtocols(protocols);
    }
    client.setSSLParameters(parameters);
    return client;
  }

  /** Sends a request; receives all until close_notify, without which this throws. */
  public static String exchange(Socket client, String request) throws IOException {
    client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    return new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  private static TrustManager[] trust() throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream ca = Files.newInputStream(Path.of(Fixtures.CA))) {
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(ca));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  public static TrustManager[] trustAll() {
    return new TrustManager[] {new Credulous()};
  }

  private static final class Credulous implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
