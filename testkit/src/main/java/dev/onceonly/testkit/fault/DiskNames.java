package dev.onceonly.testkit.fault;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The names in the folder: those on disk for certain, those that the running process sees, and the
/// changes between the two. A change may be lost while a later one survives, unless both are about
/// the same name: then the later one needs the earlier. Not thread-safe.
final class DiskNames {
  /// `file` lost the name `removed` and got the name `added`, each where there is one.
  private record NameChange(
      int position, @Nullable String removed, @Nullable String added, DiskFile file) {
    Set<String> names() {
      Set<String> names = new HashSet<>();
      if (removed != null) {
        names.add(removed);
      }
      if (added != null) {
        names.add(added);
      }
      return names;
    }

    void apply(Map<String, DiskFile> names) {
      if (removed != null) {
        names.remove(removed);
      }
      if (added != null) {
        names.put(added, file);
      }
    }
  }

  private final Map<String, DiskFile> seen = new HashMap<>();
  private final Map<String, DiskFile> flushed = new HashMap<>();
  private final List<NameChange> unflushed = new ArrayList<>();

  void create(int position, String path) {
    change(new NameChange(position, null, path, new DiskFile()));
  }

  void unlink(int position, String path) {
    change(new NameChange(position, path, null, file(path)));
  }

  void rename(int position, String path, String target) {
    change(new NameChange(position, path, target, file(path)));
  }

  /// The file of that name as the running process sees it, or null: then it is a folder.
  @Nullable DiskFile find(String path) {
    return seen.get(path);
  }

  DiskFile file(String path) {
    return Objects.requireNonNull(
        seen.get(path), () -> path + " was not made while the trace was recorded");
  }

  /// `file` was flushed by a flush that began at position `begun`: its name is on disk, too.
  void flushNameOf(DiskFile file, int begun) {
    flush(change -> change.position < begun && change.file == file);
  }

  /// The folder at `path` was flushed.
  void flushFolder(String path, int begun) {
    String prefix = path.isEmpty() ? "" : path + "/";
    flush(change ->
        change.position < begun
            && change.names().stream()
                .anyMatch(
                    name -> name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0));
  }

  /// The folder as the disk could have it after a power cut now.
  Map<String, DiskFile> after(SplittableRandom random) {
    Map<String, DiskFile> names = new HashMap<>(flushed);
    Set<String> undecided = new HashSet<>();
    int keptOfFour = random.nextInt(5);
    for (NameChange change : unflushed) {
      boolean kept = random.nextInt(4) < keptOfFour;
      if (kept && change.names().stream().noneMatch(undecided::contains)) {
        change.apply(names);
      } else {
        undecided.addAll(change.names());
      }
    }
    return names;
  }

  private void change(NameChange change) {
    change.apply(seen);
    unflushed.add(change);
  }

  /// Brings the chosen changes to disk, and those before them that they need.
  private void flush(Predicate<NameChange> chosen) {
    Set<String> needed = new HashSet<>();
    List<NameChange> done = new ArrayList<>();
    for (NameChange change : unflushed.reversed()) {
      if (chosen.test(change) || change.names().stream().anyMatch(needed::contains)) {
        needed.addAll(change.names());
        done.addFirst(change);
      }
    }
    done.forEach(change -> change.apply(flushed));
    unflushed.removeAll(done);
  }
}
