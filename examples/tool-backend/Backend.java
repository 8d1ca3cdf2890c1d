import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A tool that OnceOnly calls, with the JDK alone (17 or newer): {@code java Backend.java}.
 *
 * <p>It believes a request only if its signature is right and fresh, acts once for each idempotency
 * key, remembers that across restarts, and refuses an owner that has been overtaken. Copy it and
 * put your own effect into {@link #act}. Settings are environment variables:
 *
 * <ul>
 *   <li>TOOL_SECRETS: the tool's secret, or two with a comma between them while one is rotated
 *   <li>TOOL_STORE: the file that remembers (default: tool-backend.jsonl)
 *   <li>TOOL_PORT: where to listen on 127.0.0.1 (default: a free port, which is printed)
 * </ul>
 */
public final class Backend {
  private static final long TOLERANCE_SECONDS = 300;
  private static final int BODY_BYTES_MAX = 1 << 20;
  private static final int SIGNATURES_MAX = 4;

  private final List<String> secrets;
  private final Ledger ledger;

  private Backend(List<String> secrets, Ledger ledger) {
    this.secrets = secrets;
    this.ledger = ledger;
  }

  public static void main(String[] arguments) throws IOException {
    Map<String, String> settings = System.getenv();
    String secrets = settings.getOrDefault("TOOL_SECRETS", "");
    if (secrets.isEmpty()) {
      System.err.println("Set TOOL_SECRETS first; examples/README.md tells how.");
      System.exit(1);
    }
    Ledger ledger = new Ledger(settings.getOrDefault("TOOL_STORE", "tool-backend.jsonl"));
    Backend backend = new Backend(Arrays.asList(secrets.split(",")), ledger);
    int port = Integer.parseInt(settings.getOrDefault("TOOL_PORT", "0"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
    server.setExecutor(Executors.newFixedThreadPool(8));
    server.createContext("/", backend::handle);
    server.start();
    System.out.println(
        "The tool is ready on http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /** The request is not acted upon. A status of 4xx tells OnceOnly that nothing has happened. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;

    Refused(int status, String reason) {
      super(reason);
      this.status = status;
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        boolean isCall = exchange.getRequestMethod().equals("POST");
        reply(exchange, 200, isCall ? call(exchange) : Map.of("acted", ledger.acted()));
      } catch (Refused refused) {
        reply(exchange, refused.status, Map.of("error", refused.getMessage()));
      } catch (RuntimeException broken) {
        broken.printStackTrace();
        reply(exchange, 500, Map.of("error", "broken"));
      }
    }
  }

  private Map<String, Object> call(HttpExchange exchange) throws IOException, Refused {
    byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
    if (body.length > BODY_BYTES_MAX) {
      throw new Refused(413, "too long");
    }
    Headers headers = exchange.getRequestHeaders();
    verify(headers, body, Instant.now().getEpochSecond());
    Call call = Call.of(new String(body, StandardCharsets.UTF_8));
    // The header is for proxies and logs; what is signed is the body.
    String header = headers.getFirst("Idempotency-Key");
    if (header != null && !header.equals(call.key())) {
      throw new Refused(400, "header and body name two keys");
    }
    return ledger.once(call);
  }

  /** Your effect goes here. What it returns is the call's result, a JSON object. */
  private static Map<String, Object> act(Call call) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("message_id", "m-" + call.key().substring(0, Math.min(8, call.key().length())));
    result.put("to", call.args().get("to"));
    return result;
  }

  private static void reply(HttpExchange exchange, int status, Map<String, Object> answer)
      throws IOException {
    byte[] body = Json.text(answer).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  // ---- Signatures -------------------------------------------------------------------------------

  /** Both signatures. The second covers the instant too, so that an old request stays old. */
  private void verify(Headers headers, byte[] body, long nowSeconds) throws Refused {
    List<String> instants = new ArrayList<>();
    List<String> signatures = new ArrayList<>();
    String second = headers.getFirst("X-OnceOnly-Signature-V2");
    for (String part : (second == null ? "" : second).split(",")) {
      String[] field = part.strip().split("=", 2);
      if (field.length == 2 && field[0].equals("t")) {
        instants.add(field[1]);
      } else if (field.length == 2 && field[0].equals("v1")) {
        signatures.add(field[1]);
      }
    }
    if (instants.size() != 1
        || !instants.get(0).matches("[0-9]{1,12}")
        || signatures.isEmpty()
        || signatures.size() > SIGNATURES_MAX) {
      throw new Refused(401, "no signature");
    }
    byte[] instant = (instants.get(0) + ".").getBytes(StandardCharsets.US_ASCII);
    boolean right = false;
    for (String signature : signatures) {
      right |= isSigned(signature, instant, body);
    }
    if (!right) {
      throw new Refused(401, "wrong signature");
    }
    if (Math.abs(nowSeconds - Long.parseLong(instants.get(0))) > TOLERANCE_SECONDS) {
      throw new Refused(401, "too old, or from the future");
    }
    // Left out for tools that are set to `signature: v2`.
    String published = headers.getFirst("X-OnceOnly-Signature");
    if (published != null && !isSigned(published, body)) {
      throw new Refused(401, "wrong signature");
    }
  }

  /** Whether one of the secrets has signed these parts; the time taken tells nothing. */
  private boolean isSigned(String signature, byte[]... parts) {
    boolean right = false;
    for (String secret : secrets) {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        for (byte[] part : parts) {
          mac.update(part);
        }
        byte[] expected = HexFormat.of().formatHex(mac.doFinal()).getBytes(StandardCharsets.UTF_8);
        right |= MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has HmacSHA256", e);
      }
    }
    return right;
  }

  // ---- What was done ----------------------------------------------------------------------------

  /** What matters here of the signed body; `fence` is 0 where there is none. */
  private record Call(String key, String runId, long fence, Map<?, ?> args) {
    static Call of(String body) throws Refused {
      try {
        Map<?, ?> fields = (Map<?, ?>) Json.value(body);
        String key = (String) fields.get("idempotency_key");
        Map<?, ?> args = (Map<?, ?>) fields.get("args");
        BigDecimal fence = (BigDecimal) fields.get("fence");
        if (key != null && args != null) {
          String runId = (String) fields.get("run_id");
          return new Call(key, runId, fence == null ? 0 : fence.longValueExact(), args);
        }
      } catch (ClassCastException | ArithmeticException | IllegalArgumentException notACall) {
        throw new Refused(400, "not a call of OnceOnly");
      }
      throw new Refused(400, "not a call of OnceOnly");
    }
  }

  /** A file of one line for each call, which is read again at the start. Thread-safe. */
  private static final class Ledger {
    private final Map<String, Map<String, Object>> results = new HashMap<>();
    private final Map<String, Long> fences = new HashMap<>();
    private final RandomAccessFile file;

    Ledger(String path) throws IOException {
      file = new RandomAccessFile(path, "rwd"); // each write is on disk before it returns
      byte[] bytes = new byte[(int) file.length()];
      file.readFully(bytes);
      String lines = new String(bytes, StandardCharsets.UTF_8);
      // The last one may have been cut off by a crash: then it was not answered.
      String whole = lines.substring(0, lines.lastIndexOf('\n') + 1);
      file.setLength(whole.getBytes(StandardCharsets.UTF_8).length);
      file.seek(file.length());
      whole.lines().forEach(line -> remember((Map<?, ?>) Json.value(line)));
    }

    /** The stored result of this idempotency key, or that of acting now. */
    synchronized Map<String, Object> once(Call call) throws IOException, Refused {
      Map<String, Object> stored = results.get(call.key());
      if (stored != null) {
        return stored;
      }
      if (call.fence() > 0 && call.fence() < fences.getOrDefault(String.valueOf(call.runId()), 0L)) {
        throw new Refused(409, "an owner with a larger fence was here");
      }
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("key", call.key());
      entry.put("result", act(call));
      entry.put("run_id", call.runId());
      entry.put("fence", BigDecimal.valueOf(call.fence()));
      // The effect of this example is the line itself. Yours and its record belong into one
      // transaction of your database; where that can't be, hand the key on to whoever carries out
      // the effect.
      file.write((Json.text(entry) + "\n").getBytes(StandardCharsets.UTF_8));
      remember(entry);
      return results.get(call.key());
    }

    synchronized int acted() {
      return results.size();
    }

    private void remember(Map<?, ?> entry) {
      Map<String, Object> result = new LinkedHashMap<>();
      ((Map<?, ?>) entry.get("result")).forEach((name, value) -> result.put((String) name, value));
      results.put((String) entry.get("key"), result);
      fences.merge(
          String.valueOf(entry.get("run_id")),
          ((BigDecimal) entry.get("fence")).longValue(),
          Math::max);
    }
  }

  // ---- JSON, which the JDK lacks. A real program has a library for it. -----------------------------

  /** Maps, lists, strings, BigDecimals, booleans and null. */
  private static final class Json {
    private static final int DEPTH_MAX = 64;
    private final String text;
    private int at;

    private Json(String text) {
      this.text = text;
    }

    static Object value(String text) {
      Json json = new Json(text);
      Object value = json.value(0);
      json.expect(json.peek() == '\0');
      return value;
    }

    static String text(Object value) {
      if (value instanceof Map<?, ?> map) {
        List<String> fields = new ArrayList<>();
        map.forEach((name, field) -> fields.add(quoted((String) name) + ":" + text(field)));
        return "{" + String.join(",", fields) + "}";
      }
      if (value instanceof List<?> list) {
        return "[" + String.join(",", list.stream().map(Json::text).toList()) + "]";
      }
      return value instanceof String string ? quoted(string) : String.valueOf(value);
    }

    private static String quoted(String string) {
      StringBuilder out = new StringBuilder("\"");
      for (char c : string.toCharArray()) {
        if (c < ' ' || c == '"' || c == '\\') {
          out.append(String.format("\\u%04x", (int) c));
        } else {
          out.append(c);
        }
      }
      return out.append('"').toString();
    }

    private Object value(int depth) {
      expect(depth < DEPTH_MAX);
      char first = peek();
      if (first == '{' || first == '[') {
        at++;
        Map<String, Object> fields = new LinkedHashMap<>();
        List<Object> items = new ArrayList<>();
        char last = first == '{' ? '}' : ']';
        while (peek() != last) {
          if (first == '{') {
            String name = string();
            expect(peek() == ':');
            at++;
            fields.put(name, value(depth + 1));
          } else {
            items.add(value(depth + 1));
          }
          expect(peek() == ',' || peek() == last);
          at += peek() == ',' ? 1 : 0;
        }
        at++;
        return first == '{' ? fields : items;
      }
      return first == '"' ? string() : word();
    }

    private Object word() {
      int start = at;
      while (at < text.length() && "+-.0123456789Eaeflnrstu".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      String word = text.substring(start, at);
      return switch (word) {
        case "true" -> true;
        case "false" -> false;
        case "null" -> null;
        default -> new BigDecimal(word); // throws an IllegalArgumentException for what is none
      };
    }

    private String string() {
      expect(peek() == '"');
      StringBuilder out = new StringBuilder();
      for (at++; next() != '"'; at++) {
        if (next() != '\\') {
          out.append(next());
          continue;
        }
        at++;
        int escape = "\"\\/bfnrtu".indexOf(next());
        expect(escape >= 0);
        if (escape == 8) {
          expect(at + 4 < text.length());
          out.append((char) HexFormat.fromHexDigits(text, at + 1, at + 5));
          at += 4;
        } else {
          out.append("\"\\/\b\f\n\r\t".charAt(escape));
        }
      }
      at++;
      return out.toString();
    }

    private char next() {
      expect(at < text.length());
      return text.charAt(at);
    }

    private char peek() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      return at < text.length() ? text.charAt(at) : '\0';
    }

    private void expect(boolean holds) {
      if (!holds) {
        throw new IllegalArgumentException("not JSON at " + at);
      }
    }
  }
}
