/// Tools of LangChain4j that run exactly once, or under an agent's policy.
@NullMarked
package dev.onceonly.sdk.langchain4j;

import org.jspecify.annotations.NullMarked;
