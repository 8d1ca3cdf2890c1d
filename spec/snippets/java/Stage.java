import java.util.function.IntConsumer;

/** What a scene calls before and after each of its blocks, with the block's number. */
final class Stage implements IntConsumer {
  private final PlayJava player;
  private final int scene;
  private final String key;
  private int block;
  private boolean playing;

  Stage(PlayJava player, int scene, String key) {
    this.player = player;
    this.scene = scene;
    this.key = key;
  }

  int block() {
    return block;
  }

  @Override
  public void accept(int number) {
    if (playing) {
      player.say(scene, number, null);
      playing = false;
      return;
    }
    block = number;
    playing = true;
    player.begins(scene, number);
    try {
      player.settle(key);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
