package dev.onceonly.http.tls;

import dev.onceonly.http.observe.LogFields;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/// TLS 1.2 and 1.3 with one certificate, which can be exchanged while connections go on: those that
/// come later get the new one. Thread-safe.
public final class ServerTls {
  private static final Logger LOGGER = Logger.getLogger(ServerTls.class.getName());
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final String[] SPOKEN = {"http/1.1"};

  /// Kept of past connections, so that callers can come back with less effort. The library's own
  /// bound is 20,480, which a stranger could fill.
  private static final int SESSIONS_MAX = 512;

  private final TlsFiles files;
  private volatile SSLContext context;
  private volatile TlsFiles.Validity validity;

  // How the files stood when they were read last, well or badly. Guarded by this.
  private TlsFiles.@Nullable Stamp seen;

  /// Reads the files.
  ///
  /// @throws TlsRefused where they can't be used
  public ServerTls(TlsFiles files) {
    this.files = files;
    this.seen = stamp();
    TlsFiles.Pair pair = files.read();
    this.context = context(pair);
    this.validity = TlsFiles.Validity.of(pair);
  }

  /// Of the certificate that new connections get.
  public TlsFiles.Validity validity() {
    return validity;
  }

  /// Of a new connection.
  public SSLEngine engine() {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setApplicationProtocols(SPOKEN);
    parameters.setUseCipherSuitesOrder(true);
    engine.setSSLParameters(parameters);
    return engine;
  }

  /// Reads the files again if they have changed since they were read last; says in the log how that
  /// went. Where they can't be used, all stays as it is.
  public synchronized void look() {
    TlsFiles.Stamp now = stamp();
    if (now != null && !now.equals(seen)) {
      reload();
    }
  }

  /// As [#look()], whether they have changed or not.
  public synchronized void reload() {
    seen = stamp();
    try {
      TlsFiles.Pair pair = files.read();
      context = context(pair);
      validity = TlsFiles.Validity.of(pair);
      LogFields.event("tls_reloaded")
          .and("certificate", files.certificate().toString())
          .and("not_after", validity.until().toString())
          .log(LOGGER, Level.INFO, "new connections get this certificate");
    } catch (TlsRefused e) {
      LogFields.event("tls_reload_failed")
          .log(LOGGER, Level.WARNING, "the certificate stays as it is: " + e.getMessage());
    }
  }

  // Null where one of them is not there now: it may be about to be replaced.
  private TlsFiles.@Nullable Stamp stamp() {
    try {
      return files.stamp();
    } catch (IOException e) {
      return null;
    }
  }

  static SSLContext context(TlsFiles.Pair pair) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      char[] none = {};
      store.setKeyEntry("server", pair.key(), none, pair.chain().toArray(X509Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, none);
      SSLContext made = SSLContext.getInstance("TLS");
      made.init(keys.getKeyManagers(), null, null);
      made.getServerSessionContext().setSessionCacheSize(SESSIONS_MAX);
      return made;
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsRefused("tls_certificate", "can't be used with tls_key: " + e.getMessage());
    }
  }
}
