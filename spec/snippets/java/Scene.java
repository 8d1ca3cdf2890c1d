import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Blocks that share a scope, made into one class. Each block's statements stand in a method of a local class within the
 * block before, so that it sees what was declared there and may declare the same name again. A block of public types
 * becomes files of its own.
 */
final class Scene {
  /** One block; its text begins on this line of the document. */
  record Block(String document, int line, String text) {}

  private static final Pattern IMPORT = Pattern.compile("^import [^;]+;$", Pattern.MULTILINE);
  private static final Pattern PUBLIC_TYPE =
      Pattern.compile("^public (?:(?:final|sealed|abstract) )*(?:class|interface|record|enum) (\\w+)", Pattern.MULTILINE);

  /** What an IDE imports while somebody pastes. */
  private static final List<String> USUAL =
      List.of(
          "import dev.onceonly.sdk.*;",
          "import dev.onceonly.sdk.annotation.*;",
          "import dev.onceonly.sdk.error.*;",
          "import java.math.BigDecimal;",
          "import java.time.*;",
          "import java.util.*;",
          "import java.util.concurrent.*;");

  /** What a snippet takes for given. */
  private static final String ASSUMED =
      """
      static final OnceOnly onceOnly = OnceOnly.builder().apiKey("assumed").build();
      static final OnceOnly client = onceOnly;
      static int charged;
      static void chargeCustomer() { charged++; }
      """;

  private final String name;
  private final List<Block> blocks;

  /** On which line of which file each block's text begins. */
  private final Map<String, Integer> blockOfFile = new HashMap<>();

  private final List<Integer> begins = new ArrayList<>();

  Scene(String name, List<Block> blocks) {
    this.name = name;
    this.blocks = blocks;
  }

  String mainClass() {
    return name + ".Played";
  }

  /** Compiles everything into the folder, and gives the compiler's words for each block that has errors. */
  Map<Integer, String> compile(Path folder) throws IOException {
    Map<String, String> sources = sources();
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = folder.resolve(name).resolve(source.getKey() + ".java");
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
      files.add(file);
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
    List<String> options =
        List.of("--release", "17", "-parameters", "-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(said, Locale.ROOT, StandardCharsets.UTF_8)) {
      compiler.getTask(null, manager, said, options, null, manager.getJavaFileObjectsFromPaths(files)).call();
    }
    Map<Integer, String> errors = new HashMap<>();
    for (Diagnostic<? extends JavaFileObject> one : said.getDiagnostics()) {
      if (one.getKind() == Diagnostic.Kind.ERROR) {
        int block = blockAt(one);
        Block at = blocks.get(block);
        String where = at.document() + ":" + (at.line() + one.getLineNumber() - begins.get(block)) + ": ";
        errors.merge(block, where + one.getMessage(Locale.ROOT), (a, b) -> a + "\n" + b);
      }
    }
    return errors;
  }

  private int blockAt(Diagnostic<? extends JavaFileObject> one) {
    String file = one.getSource() == null ? "" : Path.of(one.getSource().getName()).getFileName().toString();
    Integer own = blockOfFile.get(file);
    if (own != null) {
      return own;
    }
    int found = 0;
    for (int block = 0; block < blocks.size(); block++) {
      if (!blockOfFile.containsValue(block) && begins.get(block) <= one.getLineNumber()) {
        found = block;
      }
    }
    return found;
  }

  /** Java files by the name of their public type. */
  private Map<String, String> sources() {
    Map<String, String> files = new HashMap<>();
    Set<String> imports = new LinkedHashSet<>(USUAL);
    blocks.forEach(block -> IMPORT.matcher(block.text()).results().forEach(found -> imports.add(found.group())));
    String head = "package " + name + "; " + String.join(" ", imports) + " ";
    StringBuilder main = new StringBuilder(head).append("public final class Played {\n");
    main.append(ASSUMED).append("public static void play(java.util.function.IntConsumer stage) throws Exception {\n");
    for (int number = 0; number < blocks.size(); number++) {
      String text = IMPORT.matcher(blocks.get(number).text()).replaceAll("");
      Matcher type = PUBLIC_TYPE.matcher(text);
      main.append("stage.accept(").append(number).append("); class Block").append(number);
      main.append(" { void play() throws Exception {\n");
      if (type.find()) {
        files.put(type.group(1), head + text);
        blockOfFile.put(type.group(1) + ".java", number);
        begins.add(1);
      } else {
        begins.add((int) main.chars().filter(c -> c == '\n').count() + 1);
        main.append(text);
        if (text.contains("chargeCustomer()")) {
          main.append("if (charged != 1) throw new AssertionError(\"charged \" + charged + \" times\");\n");
        }
      }
      main.append("stage.accept(").append(number).append(");\n");
    }
    for (int number = blocks.size() - 1; number >= 0; number--) {
      main.append("}} new Block").append(number).append("().play();\n");
    }
    files.put("Played", main.append("}}\n").toString());
    return files;
  }
}
