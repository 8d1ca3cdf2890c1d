package dev.onceonly.dispatch;

import dev.onceonly.core.ErrorCode;
import dev.onceonly.core.Failure;
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
import java.util.Map;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Seals tools' secrets with AES-256-GCM, each bound to its namespace, scope and tool, so that a
/// sealed text that is moved to another row can't be opened there. The key is made in its file by
/// the first secret; nothing is read before. No key is made, and nothing is sealed, while secrets
/// are kept that were sealed with a key which is not there: a second key would strand them when the
/// first one comes back. Nor is anything sealed with keys that were read and whose file has gone,
/// or holds others since: they would be lost with this process. Thread-safe within one process,
/// which is the only one that writes the file.
public final class TinkSealer implements SecretSealer {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int ID_BYTES = 4;
  private static final int MASK_CHARS = 3;
  private static final int UNKNOWN_BYTES = 32;

  private final KeyFile file;
  private final Supplier<Map<ToolKey, ToolRow>> kept;
  private final SecureRandom random = new SecureRandom();
  private volatile @Nullable SealingKeys keys;

  /// Until the keys have opened something, or there was nothing to open, the file is read again: an
  /// operator may put the right one back.
  private volatile boolean fits;

  /// Of the file when the keys were read from it or written to it.
  private KeyFile.@Nullable Stamp stamp;

  /// Whether the secrets that are kept can be opened.
  public enum KeyState {
    /// At least one can, or there is none.
    FITS,
    /// There is no key file.
    MISSING,
    /// The keys in the file open none.
    FOREIGN,
    /// The file can't be read, or holds something else.
    UNREADABLE,
    /// They can, until this process ends: the file has gone since it was read.
    GONE,
    /// They can, until this process ends: the file does not hold the keys any more that were read.
    REPLACED
  }

  /// As below, where no secret is kept before the first one that this object seals.
  public TinkSealer(Path keyFile) {
    this(keyFile, Map::of);
  }

  /// Reads and writes nothing yet.
  ///
  /// @param keyFile in a folder that exists
  /// @param kept every tool with its secrets, read anew each time
  public TinkSealer(Path keyFile, Supplier<Map<ToolKey, ToolRow>> kept) {
    this.file = new KeyFile(keyFile);
    this.kept = kept;
  }

  /// Looks whether the secrets that are kept can be opened. Writes nothing, and reads nothing where
  /// that was known and the file is as it was.
  public KeyState state() {
    if (fits) {
      return sinceRead();
    }
    Map<ToolKey, ToolRow> tools = kept.get();
    try {
      if (keys() == null && !tools.isEmpty()) {
        return KeyState.MISSING;
      }
    } catch (IllegalStateException e) {
      return KeyState.UNREADABLE;
    }
    boolean fitting =
        tools.isEmpty()
            || tools.entrySet().stream()
                .anyMatch(tool -> opens(tool.getKey(), tool.getValue().endpoint().secret()));
    if (!fitting) {
      return KeyState.FOREIGN;
    }
    fits = true;
    return KeyState.FITS;
  }

  private synchronized KeyState sinceRead() {
    SealingKeys used = keys;
    KeyFile.Stamp now = file.stamp();
    if (used == null || (now != null && now.equals(stamp))) {
      return KeyState.FITS;
    }
    SealingKeys found;
    try {
      found = file.read();
    } catch (IllegalStateException e) {
      return KeyState.REPLACED;
    }
    if (found != null && found.isSameAs(used)) {
      stamp = now;
      return KeyState.FITS;
    }
    if (kept.get().isEmpty()) {
      // Nothing is lost with the keys: from now on those in the file count, or new ones.
      fits = false;
      return KeyState.FITS;
    }
    return found == null ? KeyState.GONE : KeyState.REPLACED;
  }

  /// Whether a secret can be opened.
  public boolean opens(ToolKey tool, ToolRow.Secret secret) {
    try {
      return !open(tool, secret).isEmpty();
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /// What to tell an operator whose secrets can't be opened; null where they can.
  public @Nullable String lost() {
    return lost(state());
  }

  /// What to tell an operator of such a state; null where all is well.
  public @Nullable String lost(KeyState state) {
    return switch (state) {
      case FITS -> null;
      case MISSING ->
          "the key file " + file + " is missing, but secrets that were sealed with it are kept";
      case FOREIGN -> "the key file " + file + " opens none of the secrets that are kept";
      case UNREADABLE -> "the key file " + file + " can't be used: it can't be read, or is no key";
      case GONE ->
          "the key file " + file + " has gone since this server read it, which still has the keys";
      case REPLACED ->
          "the key file "
              + file
              + " does not hold the keys any more that this server read, and still has";
    };
  }

  private void requireFit(KeyState state) {
    String lost = lost(state);
    if (lost != null) {
      throw new Failure(
          ErrorCode.SECRETS_KEY_MISSING,
          lost,
          Map.of("message", "the server's key for tools' secrets is missing; tell its operator"),
          0);
    }
  }

  @Override
  public ToolRow.Secret seal(ToolKey tool, String secret) {
    requireFit(state());
    return sealAnyway(tool, secret);
  }

  private ToolRow.Secret sealAnyway(ToolKey tool, String secret) {
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
      String text = new String(current.open(sealed, boundTo(tool)), StandardCharsets.UTF_8);
      fits = true;
      return text;
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
  /// Where the file has gone, one is written with the keys that were read from it and the new one.
  public synchronized void addKey() {
    KeyState state = state();
    requireFit(state == KeyState.GONE ? KeyState.FITS : state);
    write(keysOrNew().withNewKey());
  }

  /// Seals a random text for a tool whose secret is lost for good, with the key in the file or a
  /// new one. Nobody knows the text, so that nobody takes for genuine what is signed with it.
  public ToolRow.Secret sealUnknown(ToolKey tool) {
    byte[] unknown = new byte[UNKNOWN_BYTES];
    random.nextBytes(unknown);
    return sealAnyway(tool, HexFormat.of().formatHex(unknown));
  }

  /// Forgets all keys but the one that is used now. What they sealed can't be opened any more.
  public synchronized void dropOldKeys() {
    write(keysOrNew().withoutOldKeys());
  }

  private synchronized void write(SealingKeys changed) {
    file.write(changed);
    stamp = file.stamp();
    keys = changed;
  }

  private @Nullable SealingKeys keys() {
    SealingKeys known = keys;
    return known == null || !fits ? read() : known;
  }

  private synchronized @Nullable SealingKeys read() {
    SealingKeys known = keys;
    if (known == null || !fits) {
      // Before it is read, so that a change in between is seen later.
      stamp = file.stamp();
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
      write(known);
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
