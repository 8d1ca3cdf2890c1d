package dev.onceonly.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.dispatch.AddressPolicy.Reach;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressPolicyTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "172.15.255.255",
        "172.32.0.0",
        "11.0.0.0",
        "9.255.255.255",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "192.0.1.0",
        "203.0.114.0",
        "2606:4700::1111",
        "2001:4860::8888",
        "2a00::1",
        "64:ff9b::808:808",
        "2002:808:808::1",
        "::ffff:0:808:808"
      })
  void addressesOfTheInternetAreGlobal(String address) {
    assertThat(reach(address)).isEqualTo(Reach.GLOBAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "172.16.0.0",
        "172.31.255.255",
        "192.168.0.1",
        "192.168.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "192.88.99.1",
        "::1",
        "fc00::",
        "fdff:ffff::1",
        "fec0::1",
        "2001:db8::1",
        "3fff::1",
        "2001:2::1",
        "100::1",
        "5f00::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "::ffff:0:7f00:1",
        "::10.0.0.1",
        "2606:4700::5efe:a00:1",
        "2606:4700::200:5efe:7f00:1"
      })
  void internalAddressesNeedTheSetting(String address) {
    assertThat(reach(address)).isEqualTo(Reach.INTERNAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "169.254.0.0",
        "169.254.255.255",
        "0.0.0.0",
        "0.255.255.255",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "::",
        "fe80::1",
        "febf:ffff::1",
        "ff02::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "fd00:c1::a9fe:a9fe",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "::ffff:0:a9fe:a9fe",
        "::169.254.169.254",
        "2001::1",
        "4000::1",
        "2606:4700::5efe:a9fe:a9fe"
      })
  void linkLocalMetadataAndUnroutableAddressesAreNeverAllowed(String address) {
    assertThat(reach(address)).isEqualTo(Reach.NEVER);
    assertThat(new AddressPolicy(true).allows(InetAddress.ofLiteral(address))).isFalse();
  }

  @Test
  void theSettingAllowsInternalAddressesOnly() {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");

    assertThat(new AddressPolicy(false).allows(loopback)).isFalse();
    assertThat(new AddressPolicy(true).allows(loopback)).isTrue();
  }

  @Test
  void aMappedAddressIsJudgedByWhatItCarriesEvenWhereJavaDoesNotUnwrapIt() {
    byte[] mapped = new byte[16];
    mapped[10] = mapped[11] = (byte) 0xFF;
    mapped[12] = (byte) 169;
    mapped[13] = (byte) 254;

    assertThat(AddressPolicy.reach(mapped)).isEqualTo(Reach.NEVER);
    assertThat(reach("::ffff:127.0.0.1")).isEqualTo(Reach.INTERNAL);
    assertThat(reach("::ffff:8.8.8.8")).isEqualTo(Reach.GLOBAL);
  }

  private static Reach reach(String address) {
    return AddressPolicy.reach(InetAddress.ofLiteral(address).getAddress());
  }
}
