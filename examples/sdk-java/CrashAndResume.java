import dev.onceonly.sdk.AiResult;
import dev.onceonly.sdk.LeaseContext;
import dev.onceonly.sdk.OnceOnly;
import dev.onceonly.sdk.error.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A worker that is killed in the middle of its work; the next one goes on where it stopped, and is alone.
 *
 * <p>Takes a little over 10 seconds: a dead worker's lease must run out, and 10 seconds is the shortest there is.
 */
public final class CrashAndResume {
  private static final int PAGES = 6;

  private final OnceOnly onceOnly;
  private final String key;
  private final Book book;

  private CrashAndResume(OnceOnly onceOnly, String key, Book book) {
    this.onceOnly = onceOnly;
    this.key = key;
    this.book = book;
  }

  public static void main(String[] arguments) throws Exception {
    try (OnceOnly onceOnly = Story.client().build()) {
      if (arguments.length == 2) {
        // The process that is going to be killed, while it looks for a word for page 4.
        Book book = new Book(Path.of(arguments[1]));
        new CrashAndResume(onceOnly, arguments[0], book).writeBook(page -> Thread.sleep(page == 3 ? 60_000 : 0));
        return;
      }
      Path path = Files.createTempFile("onceonly-book-", "");
      path.toFile().deleteOnExit();
      new CrashAndResume(onceOnly, Story.unique("write_book"), new Book(path)).tell();
    }
  }

  /** Writes what is missing. With waitOnConflict(false) it answers at once when another is at it. */
  private AiResult writeBook(Pause pause) throws Exception {
    return onceOnly
        .ai()
        .<Exception>runFn(
            key,
            lease -> write(lease, pause),
            o -> o.ttl(Duration.ofSeconds(10)).extendEvery(Duration.ofSeconds(1)).waitOnConflict(false));
  }

  private Map<String, Integer> write(LeaseContext lease, Pause pause) throws Exception {
    for (int page = book.pages().size() + 1; page <= PAGES; page++) {
      lease.throwIfLost();
      book.write(new Page(page, lease.leaseId(), lease.fence()));
      pause.after(page);
    }
    return Map.of("pages", PAGES);
  }

  private void tell() throws Exception {
    Story.title("A worker writes a book, and is killed");
    Process worker = startWorker();
    Story.until(() -> book.pages().size() >= 3 || !worker.isAlive());
    worker.destroyForcibly();
    Story.claim("it has ended by signal 9", worker.waitFor() == 128 + 9);
    Page dead = book.last();
    Story.claim("in the middle of its work", dead.number() == 3);

    Story.title("The next worker");
    AiResult result = writeBook(page -> {});
    Story.claim("is told that the key is taken", "not_acquired".equals(result.errorCode()));
    Story.say("... waits for 10 s at most, until the dead one's lease ends");
    while ("not_acquired".equals(result.errorCode())) {
      onceOnly.ai().status(key, Duration.ofSeconds(15));
      result = writeBook(page -> {});
    }
    boolean written = result.isCompleted() && Map.of("pages", PAGES).equals(result.result());
    Story.claim("takes over and completes", written);
    List<Integer> numbers = book.pages().stream().map(Page::number).toList();
    Story.claim("it has gone on where the dead one stopped", numbers.equals(List.of(1, 2, 3, 4, 5, 6)));
    Story.claim("with a larger fence", book.last().fence() > dead.fence());

    Story.title("What the dead one would still do, had it only slept");
    Story.claim("its page is refused", !book.write(new Page(4, dead.leaseId(), dead.fence())));
    try {
      onceOnly.ai().complete(key, dead.leaseId(), Map.of("pages", 4));
      Story.claim("so is its end of the work", false);
    } catch (ApiException e) {
      Story.claim("so is its end of the work", e.statusCode() == 409 && "lease_mismatch".equals(e.code()));
    }
    Story.claim("the result stands", Map.of("pages", PAGES).equals(onceOnly.ai().result(key).result()));
  }

  /** This program once more, in a process of its own. */
  private Process startWorker() throws IOException {
    ProcessHandle.Info self = ProcessHandle.current().info();
    List<String> command = new ArrayList<>(List.of(self.command().orElseThrow()));
    command.addAll(List.of(self.arguments().orElseThrow()));
    command.addAll(List.of(key, book.path().toString()));
    return new ProcessBuilder(command).inheritIO().start();
  }

  @FunctionalInterface
  private interface Pause {
    void after(int page) throws InterruptedException;
  }

  private record Page(int number, String leaseId, long fence) {}

  /** What the work is about: a file of pages, which outlives its writers. It refuses a smaller fence than its last. */
  private record Book(Path path) {
    List<Page> pages() {
      try {
        return Files.readAllLines(path).stream()
            .map(line -> line.split(" "))
            .map(words -> new Page(Integer.parseInt(words[0]), words[1], Long.parseLong(words[2])))
            .toList();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    Page last() {
      List<Page> pages = pages();
      return pages.get(pages.size() - 1);
    }

    boolean write(Page page) throws IOException {
      if (!pages().isEmpty() && page.fence() < last().fence()) {
        return false;
      }
      String line = page.number() + " " + page.leaseId() + " " + page.fence() + "\n";
      Files.writeString(path, line, StandardOpenOption.APPEND);
      return true;
    }
  }
}
