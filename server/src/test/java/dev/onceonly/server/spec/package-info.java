/// Holds the server to `spec/openapi.yaml`: replays the document's scenarios over HTTP and checks
/// every answer against the document's schemas.
@NullMarked
package dev.onceonly.server.spec;

import org.jspecify.annotations.NullMarked;
