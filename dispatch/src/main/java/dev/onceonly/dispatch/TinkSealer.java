package dev.onceonly.dispatch;

import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.service.SecretSealer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Seals tools' secrets with AES-256-GCM, each bound to its namespace, scope and tool, so that a
/// sealed text that is moved to another row can't be opened there. The key is made in its file by
/// the first secret; nothing is read before. Thread-safe within one process, which is the only one
/// that writes the file.
public final class TinkSealer implements SecretSealer {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int ID_BYTES = 4;
  private static final int MASK_CHARS = 3;

  private final KeyFile file;
  private final SecureRandom random = new SecureRandom();
  private volatile @Nullable SealingKeys keys;

  /// Reads and writes nothing yet.
  ///
  /// @param keyFile in a folder that exists
  public TinkSealer(Path keyFile) {
    this.file = new KeyFile(keyFile);
  }

  @Override
  public ToolRow.Secret seal(ToolKey tool, String secret) {
    SealingKeys current = keysOrNew();
    try {
      byte[] sealed = current.seal(secret.getBytes(StandardCharsets.UTF_8), boundTo(tool));
      return new ToolRow.Secret(
          Base64.getEncoder().encodeToString(sealed), id(current, tool, secret), mask(secret));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a secret can't be sealed", e);
    }
  }

  @Override
  public String open(ToolKey tool, ToolRow.Secret secret) {
    SealingKeys current = keys();
    if (current == null) {
      throw new IllegalStateException("there is no key file " + file + " to open a secret with");
    }
    try {
      byte[] sealed = Base64.getDecoder().decode(secret.sealed());
      return new String(current.open(sealed, boundTo(tool)), StandardCharsets.UTF_8);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalStateException(
          secret.id() + " was not sealed for this tool with a key in " + file, e);
    }
  }

  /// Whether a secret was sealed with the key that is used now.
  public boolean isCurrent(ToolRow.Secret secret) {
    SealingKeys current = keys();
    return current != null && current.isCurrent(Base64.getDecoder().decode(secret.sealed()));
  }

  /// Whether there is a key at all; without one nothing has been sealed here.
  public boolean hasKey() {
    return keys() != null;
  }

  /// Whether keys are kept that only open: their change was begun and has not ended.
  public boolean hasOldKeys() {
    SealingKeys current = keys();
    return current != null && current.hasOldKeys();
  }

  /// Makes a key that seals from now on; those before it still open. Flushed when this returns.
  public synchronized void addKey() {
    SealingKeys changed = keysOrNew().withNewKey();
    file.write(changed);
    keys = changed;
  }

  /// Forgets all keys but the one that is used now. What they sealed can't be opened any more.
  public synchronized void dropOldKeys() {
    SealingKeys changed = keysOrNew().withoutOldKeys();
    file.write(changed);
    keys = changed;
  }

  private @Nullable SealingKeys keys() {
    SealingKeys known = keys;
    return known == null ? read() : known;
  }

  private synchronized @Nullable SealingKeys read() {
    SealingKeys known = keys;
    if (known == null) {
      known = file.read();
      keys = known;
    }
    return known;
  }

  private SealingKeys keysOrNew() {
    SealingKeys known = keys();
    return known == null ? generate() : known;
  }

  private synchronized SealingKeys generate() {
    SealingKeys known = read();
    if (known == null) {
      known = SealingKeys.generate(random);
      file.write(known);
      keys = known;
    }
    return known;
  }

  /// Namespace, then each name with its length before it: no two tools have the same bytes.
  private static byte[] boundTo(ToolKey tool) {
    byte[] scope = tool.scopeId().getBytes(StandardCharsets.UTF_8);
    byte[] name = tool.name().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES + scope.length + name.length)
        .putLong(tool.namespaceId())
        .putInt(scope.length)
        .put(scope)
        .putInt(name.length)
        .put(name)
        .array();
  }

  /// Keyed, so that nobody can try secrets against it, and for each namespace another one, so that
  /// one does not learn that another has the same secret.
  private static String id(SealingKeys keys, ToolKey tool, String secret)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(ALGORITHM);
    mac.init(new SecretKeySpec(keys.idKey(), ALGORITHM));
    mac.update(ByteBuffer.allocate(Long.BYTES).putLong(tool.namespaceId()).array());
    byte[] hash = mac.doFinal(secret.getBytes(StandardCharsets.UTF_8));
    return "sec_" + HexFormat.of().formatHex(hash, 0, ID_BYTES);
  }

  private static String mask(String secret) {
    int from = secret.offsetByCodePoints(secret.length(), -MASK_CHARS);
    return "***" + secret.substring(from);
  }

  @Override
  public String toString() {
    return "TinkSealer[" + file + "]";
  }
}
