package lunchd.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import lunchd.aot.AotCache;
import lunchd.connection.Deadline;
import lunchd.log.Log;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.Service;
import lunchd.settings.Settings;
import lunchd.signer.SignerConnection;
import lunchd.tls.ClientCertificates;
import lunchd.tls.Identities;
import lunchd.tls.Identity;
import lunchd.tls.SelfHandshake;

/**
 * What {@code --check} does: reads every file that lunchd reads when it starts, does a handshake
 * with itself, and prints what would be served, in lines of {@code key: value}. A {@code warning}
 * is about something that lunchd serves but clients may refuse. No request uses this class.
 */
public final class Check implements Service.Report {
  private static final int SECONDS_PER_DAY = 24 * 60 * 60;

  /** Of the choices of GeneralName, RFC 5280 section 4.2.1.6. */
  private static final int DNS_NAME = 2;

  private static final int IP_ADDRESS = 7;

  private final Settings settings;
  private final Service service;
  private final Instant now;
  private final StringBuilder report = new StringBuilder();
  private final StringBuilder warnings = new StringBuilder();
  private final List<Misconfiguration> errors = new ArrayList<>(); // they don't end the report
  private String about = ""; // the name that a warning is about

  /**
   * Makes one.
   *
   * @param now the time at which validity is checked
   */
  Check(Settings settings, Service service, Instant now) {
    this.settings = settings;
    this.service = service;
    this.now = now;
  }

  /**
   * Prints the report.
   *
   * @param settings the command line
   * @param service what would answer
   * @param cache the AOT cache's state
   * @throws Misconfiguration the error that a start would end with; 1 if a leaf has too few days
   *     left
   */
  public static void run(Settings settings, Service service, AotCache.State cache)
      throws Misconfiguration {
    Check check = new Check(settings, service, Instant.now());
    System.out.print(check.report(cache));
    check.verdict();
  }

  /** Returns the report. */
  String report(AotCache.State cache) throws Misconfiguration {
    if (settings.hasIdentity()) {
      Identity identity = identity();
      names(identity); // first, since a signer's connection ends with the signature
      String names = report.toString();
      report.setLength(0);
      https(identity);
      expiry(identity);
      report.append(names);
    } else {
      line("serves", "HTTP, without --key and --certificate");
    }
    service.check(settings.arguments(), this);
    warnOfWebroot();
    if (settings.clientCertificates() != null) {
      int clients = ClientCertificates.read(settings.clientCertificates()).size();
      line("client-certificates", count(clients, "client"));
    }
    if (settings.proxies() != null) {
      line("proxy-protocol", settings.proxies().toString());
    }
    line("timeout", count(settings.timeoutSeconds(), "second"));
    line("first-timeout", count(settings.firstTimeoutSeconds(), "second"));
    line("aot-cache", cache.text());
    return report.append(warnings).toString();
  }

  /**
   * Fails if what has been reported is an error.
   *
   * @throws Misconfiguration 1 if a leaf has too few days left, or the error that a client would
   *     get that asks for one of the names; if there are several, the others are in the log
   */
  void verdict() throws Misconfiguration {
    Misconfiguration worst = null;
    for (Misconfiguration error : errors) {
      if (worst == null || error.status().code() > worst.status().code()) {
        worst = error;
      }
    }
    for (Misconfiguration error : errors) {
      if (error != worst) {
        Log.error(Log.printable(error.getMessage()));
      }
    }
    if (worst != null) {
      throw worst;
    }
  }

  /** Makes sure that a leaf has as many days left as was asked for. */
  private void expiry(Identity identity) throws Misconfiguration {
    X509Certificate leaf = identity.certificates().getFirst();
    if (settings.expiryDays() > 0 && daysLeft(leaf) < settings.expiryDays()) {
      errors.add(
          new Misconfiguration(
              ExitStatus.EXPIRING,
              "--certificate "
                  + identity.chainFile()
                  + " is valid until "
                  + leaf.getNotAfter().toInstant()
                  + ", which leaves fewer days than --expiry-days "
                  + settings.expiryDays()
                  + "; renew it"));
    }
  }

  /** Reports each name of --certificates in a line. */
  private void names(Identity otherwise) throws Misconfiguration {
    if (settings.certificates() == null) {
      return;
    }
    Identities identities =
        Identities.in(settings.certificates(), otherwise, settings.keyPasswordFile());
    for (String name : identities.names()) {
      about = name + ": ";
      try {
        named(name, identities.named(name));
      } catch (Misconfiguration e) {
        line("name", name + ", unusable");
        errors.add(e);
      }
    }
    about = "";
    for (String stray : identities.strays()) {
      warn(
          "--certificates "
              + settings.certificates().resolve(stray)
              + " is not a host name in lower case, so it is never served; rename or remove"
              + " it");
    }
  }

  private void named(String name, Identity identity) throws Misconfiguration {
    identity.verify();
    List<X509Certificate> chain = identity.certificates();
    X509Certificate leaf = chain.getFirst();
    line(
        "name",
        name
            + ", days-left: "
            + daysLeft(leaf)
            + ", key: "
            + key(leaf.getPublicKey())
            + ", chain: "
            + count(chain.size(), "certificate"));
    if (!isFor(name, leaf)) {
      warn("the leaf is not for this name, and clients refuse it; get one that is");
    }
    expiry(identity);
    warnOfPair(identity, chain);
  }

  /** Compares DNS names, RFC 9525 section 6.3: a wildcard stands for the whole first label. */
  private static boolean isFor(String name, X509Certificate leaf) {
    String parent = name.substring(name.indexOf('.') + 1);
    for (List<?> alternative : alternativeNames(leaf)) {
      if ((Integer) alternative.get(0) == DNS_NAME) {
        String dnsName = (String) alternative.get(1);
        if (dnsName.equalsIgnoreCase(name) || dnsName.equalsIgnoreCase("*." + parent)) {
          return true;
        }
      }
    }
    return false;
  }

  private Identity identity() throws Misconfiguration {
    if (settings.signer() == null) {
      return Identity.read(settings.key(), settings.certificate(), settings.keyPasswordFile());
    }
    Deadline deadline = Deadline.after(1_000L * settings.timeoutSeconds());
    return Identity.of(SignerConnection.open(settings.signer(), deadline), settings.certificate());
  }

  private void https(Identity identity) throws Misconfiguration {
    List<X509Certificate> chain = identity.certificates();
    X509Certificate leaf = chain.getFirst();
    line("serves", "HTTPS");
    line("subject", name(leaf.getSubjectX500Principal()));
    line("names", names(leaf));
    line("issuer", name(leaf.getIssuerX500Principal()));
    line("not-before", leaf.getNotBefore().toInstant().toString());
    line("not-after", leaf.getNotAfter().toInstant().toString());
    line("days-left", Long.toString(daysLeft(leaf)));
    line("key", key(leaf.getPublicKey()));
    line("chain", count(chain.size(), "certificate"));
    line("handshake", SelfHandshake.of(identity));
    line("hsts", settings.hstsSeconds() == 0 ? "none" : count(settings.hstsSeconds(), "second"));
    warnOfPair(identity, chain);
  }

  private void warnOfPair(Identity identity, List<X509Certificate> chain) throws Misconfiguration {
    warnOfChain(chain);
    warnOfKey(identity);
    if (identity.hasKeyInChain()) {
      warn("there is a private key in --certificate, which is ignored; remove it from the file");
    }
  }

  private void warnOfChain(List<X509Certificate> chain) {
    for (int i = 0; i < chain.size(); i++) {
      X509Certificate certificate = chain.get(i);
      String which = i == 0 ? "the leaf" : "certificate " + (i + 1) + " of the chain";
      if (now.isBefore(certificate.getNotBefore().toInstant())) {
        warn(which + " is not valid yet; clients refuse it until then");
      }
      if (now.isAfter(certificate.getNotAfter().toInstant())) {
        warn(which + " has expired; renew it");
      }
      if (i + 1 < chain.size() && !isIssuedBy(certificate, chain.get(i + 1))) {
        warn(which + " is not issued by the one after it; get the chain from its authority again");
      }
    }
    X509Certificate leaf = chain.getFirst();
    if (isIssuedBy(leaf, leaf)) {
      warn("the leaf is self-signed; get one from an authority, or clients refuse it");
    } else if (chain.size() == 1
        && !leaf.getIssuerX500Principal().equals(leaf.getSubjectX500Principal())) {
      warn("the chain is only the leaf; add the intermediates, unless clients know its issuer");
    }
  }

  private void warnOfKey(Identity identity) throws Misconfiguration {
    if (identity.isStale()) {
      warn(
          "the signer has another chain than --certificate "
              + identity.chainFile()
              + "; it ends now, and the next one reads the files again: run this check again");
    }
    if (settings.key() == null) {
      return;
    }
    if (identity.hasEncryptedKey()) {
      warn(
          "--key is encrypted with a password, which costs 0.3 s of CPU for each request;"
              + " encrypt it with systemd-creds(1) instead");
    }
    if (othersCanRead(identity.keyFile())) {
      warn(
          "--key " + identity.keyFile() + " can be read by every user; make it private, mode 0600");
    }
  }

  private static boolean othersCanRead(Path file) {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException e) {
      return false; // it has been read, and is gone
    }
  }

  private void warnOfWebroot() {
    Path webroot = settings.acmeWebroot();
    if (webroot != null && !Files.isExecutable(webroot)) {
      warn(
          "--acme-webroot "
              + webroot
              + " is missing, or lunchd may not enter it, so no challenge is answered;"
              + " make the directory, mode 0755 (for the unit, /var/lib/lunchd/acme)");
    }
  }

  private static boolean isIssuedBy(X509Certificate certificate, X509Certificate issuer) {
    try {
      certificate.verify(issuer.getPublicKey());
      return certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal());
    } catch (GeneralSecurityException e) {
      return false; // by another key, or with an unsupported algorithm
    }
  }

  /** Rounded down: 0 means less than a day left, and a negative number that it has expired. */
  private long daysLeft(X509Certificate certificate) {
    long seconds = certificate.getNotAfter().toInstant().getEpochSecond() - now.getEpochSecond();
    return Math.floorDiv(seconds, SECONDS_PER_DAY);
  }

  /**
   * Returns the names that browsers use: the DNS names and IP addresses of subjectAltName, RFC
   * 9525.
   */
  private String names(X509Certificate leaf) {
    StringBuilder names = new StringBuilder();
    for (List<?> name : alternativeNames(leaf)) {
      int type = (Integer) name.get(0);
      if (type == DNS_NAME || type == IP_ADDRESS) {
        String text = (String) name.get(1);
        names.append(names.isEmpty() ? "" : ", ");
        names.append(type == DNS_NAME ? text : Log.address(text));
      }
    }
    if (names.isEmpty()) {
      warn("the leaf has no names (subjectAltName), which clients look for; get one that has");
    }
    return names.isEmpty() ? "none" : names.toString();
  }

  private static Collection<List<?>> alternativeNames(X509Certificate leaf) {
    try {
      Collection<List<?>> names = leaf.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException e) {
      return List.of(); // clients can't read them either
    }
  }

  private static String name(X500Principal principal) {
    return principal.getName(X500Principal.RFC1779);
  }

  private static String key(PublicKey key) {
    if (key instanceof RSAKey rsa) {
      return "RSA " + rsa.getModulus().bitLength();
    }
    if (key instanceof ECKey ec) {
      return "EC P-" + ec.getParams().getCurve().getField().getFieldSize();
    }
    return "Ed25519"; // there are no other kinds, or the handshake would have failed
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  @Override
  public void line(String key, String value) {
    report.append(key).append(": ").append(Log.printable(value)).append('\n');
  }

  @Override
  public void warn(String what) {
    warnings.append("warning: ").append(about).append(Log.printable(what)).append('\n');
  }
}
