package lunchd.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import lunchd.aot.AotCache;
import lunchd.fixtures.LogCapture;
import lunchd.fixtures.PairCase;
import lunchd.lunch.Lunch;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.settings.Settings;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The report of {@code --check}, for a given time. */
final class CheckTest {
  private static final Path TLS = Path.of("test-fixtures/tls");
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final Instant LATER = Instant.parse("2026-12-03T12:00:00Z");

  private static final X500Name LEAF = new X500Name("CN=leaf");
  private static final X500Name ISSUER = new X500Name("CN=issuer");
  private static final GeneralNames NAMES =
      new GeneralNames(
          new GeneralName[] {
            new GeneralName(GeneralName.rfc822Name, "cook@lunch.example"),
            new GeneralName(GeneralName.iPAddress, "2001:db8::7"),
            new GeneralName(GeneralName.dNSName, "lunch.example\n\u001b[31m"),
          });

  @TempDir private Path directory;

  /** The keys of the fixtures can be read by everybody; these copies are private. */
  private String[] pair(String key, String chain) throws IOException {
    Path copy = directory.resolve(key);
    Files.copy(TLS.resolve(key), copy, StandardCopyOption.REPLACE_EXISTING);
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
    return new String[] {"-key=" + copy, "-certificate=" + TLS.resolve(chain)};
  }

  private static Check check(Instant now, String[] options, String... more)
      throws Misconfiguration {
    List<String> all = new ArrayList<>(List.of("--check"));
    all.addAll(Arrays.asList(options));
    all.addAll(Arrays.asList(more));
    return new Check(Settings.parse(new Lunch(), all.toArray(new String[0])), new Lunch(), now);
  }

  private static String report(String[] options) throws Misconfiguration {
    return check(NOW, options).report(AotCache.State.IN_USE);
  }

  private static void verdict(Check check) throws Misconfiguration {
    check.report(AotCache.State.IN_USE);
    check.verdict();
  }

  private static List<String> warnings(String report) {
    return report.lines().filter(line -> line.startsWith("warning: ")).toList();
  }

  private static String value(String report, String key) {
    List<String> lines = report.lines().filter(line -> line.startsWith(key + ": ")).toList();
    assertEquals(1, lines.size(), report);
    return lines.getFirst().substring(key.length() + 2);
  }

  @Test
  void aGoodPair() throws Exception {
    assertEquals(
        """
        serves: HTTPS
        subject: CN=localhost
        names: localhost, 127.0.0.1, ::1, lunch.example
        issuer: CN=lunchd test intermediate, O=lunchd tests
        not-before: 2020-01-01T00:00:00Z
        not-after: 2120-01-01T00:00:00Z
        days-left: 34005
        key: EC P-256
        chain: 2 certificates
        handshake: TLSv1.3 TLS_AES_256_GCM_SHA384
        hsts: 31536000 seconds
        menu: 5 choices
        timeout: 10 seconds
        first-timeout: 3 seconds
        aot-cache: in use
        """,
        report(pair("p256-key.pem", "p256-chain.pem")));
  }

  @Test
  void plainHttpHasAMenuToo() throws Exception {
    Path menu = Files.writeString(directory.resolve("menu.txt"), "Gruel\n");
    String[] options = {"--menu", menu.toString(), "--timeout", "1"};
    assertEquals(
        """
        serves: HTTP, without --key and --certificate
        menu: 1 choice
        timeout: 1 second
        first-timeout: 1 second
        aot-cache: not in use: the AOT cache lunchd.aot is missing, broken or for another runtime/lib/modules
        """,
        check(NOW, options).report(AotCache.State.MISSING));
    Files.writeString(menu, "");
    Misconfiguration error = assertThrows(Misconfiguration.class, () -> report(options));
    assertEquals(ExitStatus.CONFIG, error.status());
  }

  @Test
  void hstsMayBeOff() throws Exception {
    Check check = check(NOW, pair("p256-key.pem", "p256-chain.pem"), "--hsts", "0");
    assertEquals("none", value(check.report(AotCache.State.UNKNOWN), "hsts"));
  }

  @ParameterizedTest
  @CsvSource({
    "rsa-2048, RSA 2048",
    "rsa-3072, RSA 3072",
    "p384, EC P-384",
    "ed25519, Ed25519",
  })
  void everyKindOfKey(String name, String key) throws Exception {
    String report = report(pair(name + "-key.pem", name + "-chain.pem"));
    assertEquals(key, value(report, "key"));
    assertEquals(List.of(), warnings(report));
  }

  @ParameterizedTest
  @CsvSource({
    "expired-chain.pem,       'the leaf has expired; '",
    "not-yet-valid-chain.pem, 'the leaf is not valid yet; '",
    "p256-leaf.pem,           'the chain is only the leaf; '",
    "p256-chain-with-key.pem, 'there is a private key in --certificate, which is ignored; '",
  })
  void whatClientsMayRefuseIsWarnedOf(String chain, String warning) throws Exception {
    assertOnlyWarning(warning, report(pair("p256-key.pem", chain)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-with-root", "-text", "-bag", "-crlf", "-bom"})
  void oddWrappingsAreNone(String which) throws Exception {
    String report = report(pair("p256-key.pem", "p256-chain" + which + ".pem"));
    assertEquals(List.of(), warnings(report));
  }

  /** The tables of test-fixtures/README.md, except for 78, which TlsIT tests. */
  @Test
  void whatIsServedPasses() throws Exception {
    int rows = 0;
    for (PairCase row : PairCase.all()) {
      if (row.must().startsWith("served")) {
        String[] options = pair(row.key(), row.chain());
        Check check =
            row.password().isEmpty()
                ? check(NOW, options)
                : check(
                    NOW, options, "--key-password-file", TLS.resolve(row.password()).toString());
        String report = check.report(AotCache.State.IN_USE);
        assertTrue(report.startsWith("serves: HTTPS\n"), row::toString);
        rows++;
      }
    }
    assertTrue(rows > 20, "too few rows: " + rows);
  }

  @Test
  void validityIncludesItsEnds() throws Exception {
    String[] options = pair("p256-key.pem", "expired-chain.pem");
    Instant start = Instant.parse("2020-01-01T00:00:00Z");
    Instant end = Instant.parse("2020-04-01T00:00:00Z");
    for (Instant moment : List.of(start, end)) {
      assertEquals(List.of(), warnings(check(moment, options).report(AotCache.State.IN_USE)));
    }
    String before = check(start.minusSeconds(1), options).report(AotCache.State.IN_USE);
    assertEquals(2, warnings(before).size(), "of leaf and intermediate: " + before);
  }

  // --- Certificates made for the test ---------------------------------------------------------

  private static KeyPair key(String algorithm, int size) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(size);
    return generator.generateKeyPair();
  }

  private static PemObject certificate(
      X500Name subject, KeyPair key, X500Name issuer, KeyPair signer, Instant end, GeneralNames san)
      throws Exception {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            issuer, BigInteger.ONE, Date.from(NOW), Date.from(end), subject, key.getPublic());
    if (san != null) {
      builder.addExtension(Extension.subjectAlternativeName, false, san);
    }
    String algorithm =
        "SHA256with" + (key.getPublic().getAlgorithm().equals("RSA") ? "RSA" : "ECDSA");
    return new PemObject(
        "CERTIFICATE",
        builder
            .build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()))
            .getEncoded());
  }

  private String[] files(KeyPair key, PemObject... chain) throws Exception {
    Path keyFile = directory.resolve("key.pem");
    Path chainFile = directory.resolve("chain.pem");
    write(keyFile, new PemObject("PRIVATE KEY", key.getPrivate().getEncoded()));
    Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-r-----"));
    write(chainFile, chain);
    return new String[] {"-key=" + keyFile, "-certificate=" + chainFile};
  }

  private static void write(Path file, PemObject... blocks) throws Exception {
    try (PemWriter writer = new PemWriter(Files.newBufferedWriter(file))) {
      for (PemObject block : blocks) {
        writer.writeObject(block);
      }
    }
  }

  private String[] selfSigned(KeyPair key, Instant end, GeneralNames san) throws Exception {
    return files(key, certificate(LEAF, key, LEAF, key, end, san));
  }

  @Test
  void clientsGoByDnsNamesAndAddressesAlone() throws Exception {
    KeyPair key = key("EC", 521);
    String report = report(selfSigned(key, LATER, NAMES));
    assertEquals("2001:db8::7, lunch.example\\x0a\\x1b[31m", value(report, "names"));
    assertEquals("CN=leaf", value(report, "issuer"));
    assertEquals("EC P-521", value(report, "key"));
    assertEquals("1 certificate", value(report, "chain"));
    assertOnlyWarning("the leaf is self-signed; get ", report);
    String nameless = report(selfSigned(key, LATER, null));
    assertEquals("none", value(nameless, "names"));
    assertTrue(warnings(nameless).getFirst().contains("no names"), nameless);
  }

  private static void assertOnlyWarning(String what, String report) {
    assertEquals(1, warnings(report).size(), report);
    assertTrue(warnings(report).getFirst().startsWith("warning: " + what), report);
  }

  /** Equal names don't make a leaf self-signed: the signature is by another key. */
  @Test
  void aLeafOfItsOwnNameAndAnothersKeyIsNotSelfSigned() throws Exception {
    KeyPair key = key("EC", 256);
    PemObject leaf = certificate(LEAF, key, LEAF, key("EC", 256), LATER, NAMES);
    assertEquals(List.of(), warnings(report(files(key, leaf))));
  }

  @Test
  void aKeyThatEveryUserCanReadIsWarnedOf() throws Exception {
    String[] options = pair("p256-key.pem", "p256-chain.pem");
    Path key = directory.resolve("p256-key.pem");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertOnlyWarning("--key " + key + " can be read by every user; make ", report(options));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-rw----"));
    assertEquals(List.of(), warnings(report(options)), "as group ssl-cert has it");
  }

  @Test
  void aKeyWithAPasswordIsWarnedOf() throws Exception {
    String[] options = pair("p256-key-encrypted.pem", "p256-chain.pem");
    Path password = TLS.resolve("password.txt");
    String report =
        check(NOW, options, "--key-password-file", password.toString())
            .report(AotCache.State.IN_USE);
    assertOnlyWarning("--key is encrypted with a password, ", report);
    assertTrue(warnings(report).getFirst().contains("systemd-creds"), report);
  }

  @Test
  void aWebrootThatIsMissingOrClosedIsWarnedOf() throws Exception {
    String[] options = pair("p256-key.pem", "p256-chain.pem");
    Path webroot = directory.resolve("acme");
    Check missing = check(NOW, options, "--acme-webroot", webroot.toString());
    String report = missing.report(AotCache.State.IN_USE);
    assertOnlyWarning(
        "--acme-webroot " + webroot + " is missing, or lunchd may not enter it, ", report);
    Files.createDirectory(webroot);
    Check there = check(NOW, options, "--acme-webroot", webroot.toString());
    assertEquals(List.of(), warnings(there.report(AotCache.State.IN_USE)));
  }

  @Test
  void eachIsToBeIssuedByTheNext() throws Exception {
    KeyPair key = key("EC", 256);
    KeyPair issuer = key("EC", 256);
    PemObject leaf = certificate(LEAF, key, ISSUER, issuer, LATER, NAMES);
    PemObject good = certificate(ISSUER, issuer, ISSUER, issuer, LATER, null);
    PemObject otherKey = certificate(ISSUER, key, ISSUER, key, LATER, null);
    PemObject otherName = certificate(LEAF, issuer, LEAF, issuer, LATER, null);
    assertEquals(List.of(), warnings(report(files(key, leaf, good))));
    for (PemObject bad : List.of(otherKey, otherName)) {
      List<String> first = warnings(report(files(key, leaf, bad)));
      assertEquals(1, first.size(), first::toString);
      assertTrue(first.getFirst().contains("the leaf is not issued by the one after it; get"));
      List<String> second = warnings(report(files(key, leaf, good, bad)));
      assertEquals(1, second.size(), second::toString);
      assertTrue(second.getFirst().contains("certificate 2 of the chain is not issued by"));
    }
  }

  @Test
  void theLeafIsToHaveSoManyDays() throws Exception {
    String[] options = selfSigned(key("EC", 256), LATER, NAMES); // ten days
    verdict(check(NOW, options));
    verdict(check(NOW, options, "--expiry-days", "10"));
    Instant expired = LATER.plusSeconds(1);
    verdict(check(expired, options));
    List<Check> bad =
        List.of(
            check(NOW, options, "--expiry-days", "11"),
            check(NOW.plusSeconds(1), options, "--expiry-days", "10"),
            check(expired, options, "--expiry-days", "1"));
    for (Check check : bad) {
      Misconfiguration error = assertThrows(Misconfiguration.class, () -> verdict(check));
      assertEquals(ExitStatus.EXPIRING, error.status());
      assertTrue(error.getMessage().contains(directory.resolve("chain.pem").toString()));
      assertTrue(error.getMessage().contains("; renew it"), error.getMessage());
    }
    assertEquals("0", value(check(LATER, options).report(AotCache.State.IN_USE), "days-left"));
    assertEquals("-1", value(check(expired, options).report(AotCache.State.IN_USE), "days-left"));
  }

  /**
   * Starting lunchd would not reveal these: they fail in each handshake, as if by the client's
   * fault.
   */
  @Test
  void whatNoClientCanTakeIs78() throws Exception {
    PemObject junk = new PemObject("CERTIFICATE", new byte[] {0x30, 3, 2, 1, 7});
    KeyPair key = key("EC", 256);
    KeyPair weak = key("RSA", 512);
    PemObject leaf = certificate(LEAF, key, LEAF, key, LATER, NAMES);
    PemObject[] tooMany = new PemObject[12];
    Arrays.fill(tooMany, leaf);
    assertUnfit("number 2", files(key, leaf, junk));
    assertUnfit("fail in a handshake (", selfSigned(weak, LATER, NAMES));
    assertUnfit("fail in a handshake (", files(key, tooMany));
  }

  private void assertUnfit(String what, String[] options) {
    Misconfiguration error = assertThrows(Misconfiguration.class, () -> report(options));
    assertEquals(ExitStatus.CONFIG, error.status());
    assertTrue(error.getMessage().contains(directory.resolve("chain.pem").toString()));
    assertTrue(error.getMessage().contains(what), error.getMessage());
    assertEquals(1, error.getMessage().lines().count(), error.getMessage());
    assertTrue(error.getMessage().contains("; get "), "and the fix: " + error.getMessage());
  }

  /** The handshake with itself succeeds although lunchd has none of the clients' certificates. */
  @Test
  void clientsAreCountedAndProxiesNamed() throws Exception {
    Path list = Files.writeString(directory.resolve("clients"), "ab".repeat(32) + " robot\n");
    String[] options = pair("p256-key.pem", "p256-chain.pem");
    Check check =
        check(NOW, options, "--client-certificates=" + list, "--proxy-protocol=192.0.2.10,unix");
    List<String> report = check.report(AotCache.State.IN_USE).lines().toList();
    assertTrue(report.contains("client-certificates: 1 client"), report::toString);
    assertTrue(report.contains("proxy-protocol: 192.0.2.10,unix"), report::toString);
    assertTrue(report.contains("handshake: TLSv1.3 TLS_AES_256_GCM_SHA384"), report::toString);

    Files.writeString(list, "robot");
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> check.report(AotCache.State.IN_USE));
    assertEquals(ExitStatus.CONFIG, error.status());
  }

  // --- Several names ---------------------------------------------------------------------------

  /** Adds a name, with a certificate for the given names that expires {@link #LATER}. */
  private void name(String entry, String... dnsNames) throws Exception {
    Path own = Files.createDirectories(directory.resolve("names").resolve(entry));
    KeyPair key = key("EC", 256);
    KeyPair issuer = key("EC", 256);
    GeneralNames names =
        new GeneralNames(
            Arrays.stream(dnsNames)
                .map(name -> new GeneralName(GeneralName.dNSName, name))
                .toArray(GeneralName[]::new));
    write(own.resolve("key.pem"), new PemObject("PRIVATE KEY", key.getPrivate().getEncoded()));
    Files.setPosixFilePermissions(
        own.resolve("key.pem"), PosixFilePermissions.fromString("rw-------"));
    write(
        own.resolve("chain.pem"),
        certificate(LEAF, key, ISSUER, issuer, LATER, names),
        certificate(ISSUER, issuer, ISSUER, issuer, LATER, null));
  }

  private Check names(String... more) throws Exception {
    List<String> options = new ArrayList<>(List.of("--certificates", directory + "/names"));
    options.addAll(List.of(more));
    return check(NOW, pair("p256-key.pem", "p256-chain.pem"), options.toArray(String[]::new));
  }

  private static List<String> lines(String report) {
    return report.lines().filter(line -> line.matches("(name|warning): .*")).toList();
  }

  @Test
  void everyNameIsReported() throws Exception {
    name("b.example", "B.example", "c.example");
    name("a.example", "*.example");
    name("_.b.example", "*.b.example");
    name(".new", "nobody.example");
    Check check = names();
    String rest = ", days-left: 10, key: EC P-256, chain: 2 certificates";
    assertEquals(
        List.of("name: *.b.example" + rest, "name: a.example" + rest, "name: b.example" + rest),
        lines(check.report(AotCache.State.IN_USE)));
    check.verdict();
  }

  @Test
  void aLeafIsToBeForItsName() throws Exception {
    name("a.example", "b.example", "a.example.test", "*.a.example", "example");
    name("_.example", "a.example");
    name("a.b.example", "*.example");
    List<String> lines = warnings(names().report(AotCache.State.IN_USE));
    String warning = ": the leaf is not for this name, and clients refuse it; get one that is";
    assertEquals(
        List.of(
            "warning: *.example" + warning,
            "warning: a.b.example" + warning,
            "warning: a.example" + warning),
        lines);
  }

  @Test
  void warningsSayOfWhichName() throws Exception {
    name("a.example", "a.example");
    Path key = directory.resolve("names/a.example/key.pem");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertEquals(
        List.of(
            "warning: a.example: --key "
                + key
                + " can be read by every user; make it private, mode 0600"),
        warnings(names().report(AotCache.State.IN_USE)));
  }

  @Test
  void whatIsNobodysNameIsWarnedOf() throws Exception {
    for (String stray : List.of("A.example", "a_b", "_", "-", "a.example.", "_x.example")) {
      Files.createDirectories(directory.resolve("names").resolve(stray));
    }
    List<String> warnings = warnings(names().report(AotCache.State.IN_USE));
    assertEquals(6, warnings.size(), warnings::toString);
    assertEquals(
        "warning: --certificates "
            + directory
            + "/names/A.example is not a host name in lower case,"
            + " so it is never served; rename or remove it",
        warnings.get(1));
  }

  /** Reports what a client of that name would get; the others are served and reported. */
  @Test
  void aNameThatCannotBeServedIsTheVerdict() throws Exception {
    name("a.example", "a.example");
    name("b.example", "b.example");
    name("c.example", "c.example");
    Files.delete(directory.resolve("names/a.example/key.pem"));
    Files.copy(
        directory.resolve("names/c.example/key.pem"),
        directory.resolve("names/b.example/key.pem"),
        StandardCopyOption.REPLACE_EXISTING);
    Check check = names("--expiry-days", "20");
    String report = check.report(AotCache.State.IN_USE);
    assertEquals(
        List.of(
            "name: a.example, unusable",
            "name: b.example, unusable",
            "name: c.example, days-left: 10, key: EC P-256, chain: 2 certificates"),
        lines(report));
    LogCapture.take();
    Misconfiguration error = assertThrows(Misconfiguration.class, check::verdict);
    assertEquals(ExitStatus.CONFIG, error.status());
    assertTrue(error.getMessage().contains("b.example/key.pem is not the key of "));
    List<String> log = LogCapture.take();
    assertEquals(2, log.size(), log::toString);
    assertTrue(log.get(0).matches("ERROR .*/a.example/key.pem can't be read .*"), log::toString);
    assertTrue(
        log.get(1).matches("ERROR --certificate .*/c.example/chain.pem is valid until .*"),
        log::toString);
  }

  @Test
  void everyLeafIsToHaveSoManyDays() throws Exception {
    name("a.example", "a.example");
    verdict(names("--expiry-days", "10"));
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> verdict(names("--expiry-days", "11")));
    assertEquals(ExitStatus.EXPIRING, error.status());
    assertTrue(error.getMessage().contains("/names/a.example/chain.pem is valid until "));
  }
}
