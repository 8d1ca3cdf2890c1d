package dev.onceonly.testkit;

import dev.onceonly.core.run.RunEventKey;
import dev.onceonly.core.run.RunEventRow;
import dev.onceonly.core.run.RunKey;
import dev.onceonly.core.run.RunRow;
import dev.onceonly.core.service.GovernedCalls;
import dev.onceonly.core.service.Store;
import java.util.ArrayList;
import java.util.List;

/// What the cases of governed calls work on: a store with the tool `mail.send`, which may be tried
/// three times.
public interface CallsOnStore {
  long CENT = 10_000_000;

  Store store();

  ManualTime time();

  CallsUnderTest on();

  /// The same store behind other bounds, and with other tools.
  CallsUnderTest limited(GovernedCalls.Limits limits);

  /// A call of `mail.send` for one cent.
  static CallAsk mail(int number) {
    return CallAsk.of(CallsUnderTest.TOOL, "{\"n\":" + number + "}").spending(CENT);
  }

  /// The events of a run as `type status`, in their order.
  default List<String> events(String runId) {
    RunKey run = new RunKey(CallAsk.NAMESPACE, runId);
    RunRow row = store().get(run);
    List<String> events = new ArrayList<>();
    long last = row == null ? 0 : row.lastEventId();
    for (long id = 1; id <= last; id++) {
      RunEventRow event = store().get(new RunEventKey(run, id));
      if (event != null) {
        events.add(event.type() + " " + event.labels().status());
      }
    }
    return events;
  }
}
