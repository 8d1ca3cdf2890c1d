/// Tool calls of language models, exactly once, whatever framework makes them: the part that the
/// wrappers for LangChain4j and Spring AI share, and that a wrapper for another framework needs. A
/// framework hands over the tool's name, the arguments as the model wrote them (JSON text) and what
/// runs the tool, and gets the text that the model is to read.
@NullMarked
package dev.onceonly.sdk.tool;

import org.jspecify.annotations.NullMarked;
