package dev.onceonly.bench;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/// Every call goes to the tool itself, with nobody in between.
final class DirectCalls implements Workload {
  private final RandomKeys keys;

  DirectCalls(SplittableRandom random) {
    keys = new RandomKeys(random);
  }

  @Override
  public Script script(Endpoint endpoint) {
    RequestTemplate request =
        RequestTemplate.post(
            endpoint,
            "/echo",
            "{\"tool\":\"%s\",\"args\":{\"key\":\"%s\"}}"
                .formatted(GovernedCalls.TOOL, RequestTemplate.keySlot()));
    return new Script() {
      @Override
      public ByteBuffer next() {
        keys.write(request.bytes(), request.slot(0));
        return request.ready();
      }

      @Override
      public boolean accepts(Response response) {
        return response.status() == 200;
      }
    };
  }
}
