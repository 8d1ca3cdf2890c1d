/// The routes of the API, a file for each noun, and the records that its bodies are.
@NullMarked
package dev.onceonly.http.api;

import org.jspecify.annotations.NullMarked;
