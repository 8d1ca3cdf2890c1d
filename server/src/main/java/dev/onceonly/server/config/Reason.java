package dev.onceonly.server.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// Why a file can't be used, in words: what the platform throws has often the path alone.
public final class Reason {
  private Reason() {}

  /// In words without the path.
  public static String of(IOException fault) {
    return switch (fault) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "permission denied";
      case FileAlreadyExistsException _ -> "something that is no folder has this name";
      case NotDirectoryException _ -> "it is no folder";
      case CharacterCodingException _ -> "it is not in UTF-8";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> String.valueOf(fault.getMessage());
    };
  }
}
