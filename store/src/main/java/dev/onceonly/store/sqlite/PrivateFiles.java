package dev.onceonly.store.sqlite;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/// Files and folders that nobody but their owner may open, whatever the process' umask is. Where
/// the file system knows no such modes, they are made as they come. Thread-safe.
public final class PrivateFiles {
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> WRITABLE_BY_OTHERS =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private PrivateFiles() {}

  /// Makes an empty file of mode 600.
  ///
  /// @throws FileAlreadyExistsException if there is one
  public static void create(Path file) throws IOException {
    Files.createFile(file, mode(file, FILE));
  }

  /// Makes a folder of mode 700, and its parents as they come. One that is there already is made
  /// private.
  ///
  /// @throws StoreRefused if others than its owner can write to it, since what is in it may be
  ///   anybody's, or if it can't be made private
  static void createFolder(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      Files.createDirectory(folder, mode(folder, FOLDER));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
      if (knowsModes(folder)) {
        tightenFolder(folder);
      }
    }
  }

  private static void tightenFolder(Path folder) throws IOException {
    Set<PosixFilePermission> now = Files.getPosixFilePermissions(folder);
    if (now.stream().anyMatch(WRITABLE_BY_OTHERS::contains)) {
      throw new StoreRefused(
          "the data folder "
              + folder
              + " can be written by others than its owner (mode "
              + PosixFilePermissions.toString(now)
              + "); look at what is in it, then run: chmod 700 "
              + folder);
    }
    tighten(folder, FOLDER);
  }

  /// Takes everybody's rights to a file away but its owner's; a file that is not there is left out.
  ///
  /// @throws StoreRefused if that is not allowed
  static void tighten(Path file) throws IOException {
    if (Files.exists(file) && knowsModes(file)) {
      tighten(file, FILE);
    }
  }

  private static void tighten(Path path, Set<PosixFilePermission> wanted) throws IOException {
    Set<PosixFilePermission> now = Files.getPosixFilePermissions(path);
    if (wanted.containsAll(now)) {
      return;
    }
    try {
      Files.setPosixFilePermissions(path, wanted);
    } catch (IOException e) {
      throw new StoreRefused(
          path
              + " can be opened by others than its owner (mode "
              + PosixFilePermissions.toString(now)
              + ") and can't be changed: "
              + e.getMessage());
    }
  }

  private static boolean knowsModes(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static FileAttribute<?>[] mode(Path path, Set<PosixFilePermission> mode) {
    return knowsModes(path)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(mode)}
        : new FileAttribute<?>[0];
  }
}
