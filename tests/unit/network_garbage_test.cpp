// Does a damaged file ever do anything but read well or be refused as a configuration error?
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "sim/config/library.h"
#include "tests/unit/network_text.h"

namespace subvolt::test {
namespace {

std::string shipped_text(const std::string& name) {
  std::ifstream file(config::find("network", name));
  return {std::istreambuf_iterator<char>(file), {}};
}

// Whether it was read; anything but a configuration error fails the test.
bool reads(const std::string& text) {
  try {
    const network::Network n = network_from(text);
    EXPECT_GE(n.macs(), 0) << text;
    EXPECT_GT(n.peak_activation_bytes(), Bytes(0)) << text;
    return true;
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kConfiguration) << e.what() << "\nin\n" << text;
    EXPECT_FALSE(std::string(e.what()).empty()) << text;
    return false;
  } catch (const std::exception& e) {
    ADD_FAILURE() << "another exception: " << e.what() << "\nin\n" << text;
    return false;
  }
}

TEST(NetworkGarbage, TruncatedFiles) {
  const std::string text = shipped_text("resnet8");
  for (std::size_t length = 0; length < text.size(); length += 3) reads(text.substr(0, length));
  EXPECT_TRUE(reads(text));
}

TEST(NetworkGarbage, DamagedFiles) {
  const std::string text = shipped_text("resnet8");
  static const char kBytes[] = "0123456789-:{}[],x'\"&*!|>%@#\t\n abcdef\xff\x80";
  std::mt19937 random(1);
  int refused = 0;
  for (int i = 0; i < 1500; ++i) {
    std::string damaged = text;
    for (unsigned edits = 1 + random() % 4; edits > 0; --edits) {
      const std::size_t place = random() % damaged.size();
      const char byte = kBytes[random() % (sizeof kBytes - 1)];
      switch (random() % 3) {
        case 0:
          damaged[place] = byte;
          break;
        case 1:
          damaged.insert(place, 1, byte);
          break;
        default:
          damaged.erase(place, 1 + random() % 20);
      }
    }
    refused += reads(damaged) ? 0 : 1;
  }
  EXPECT_GT(refused, 500);  // else the damage was none
}

TEST(NetworkGarbage, ExtremeNumbers) {
  const std::vector<std::string> numbers = {"0",
                                            "-1",
                                            "1",
                                            "65536",
                                            "2147483647",
                                            "2147483648",
                                            "9007199254740993",
                                            "9223372036854775807",
                                            "9223372036854775808",
                                            "1e9",
                                            ".inf",
                                            ".nan",
                                            "~",
                                            "''"};
  for (const char* key : {"kernel", "stride", "dilation", "padding", "channels", "groups"}) {
    for (const std::string& number : numbers) {
      for (const std::string& other : numbers) {
        std::string layer = "name: a, op: conv2d";
        for (const char* k : {"kernel", "stride", "channels", "dilation"}) {
          if (k != std::string(key))
            layer += std::string(", ") + k + ": " + (k == std::string("channels") ? "1" : other);
        }
        reads(network_text("{shape: 8x8x3}", {layer + ", " + key + ": " + number}));
      }
    }
  }
  for (const std::string& number : numbers) {
    reads(network_text("{shape: " + number + "x" + number + "x" + number + "}",
                       {"name: a, op: reshape", "name: b, op: softmax"}));
    reads(network_text("{shape: " + number + "}", {"name: a, op: fully_connected, channels: " + number}));
    reads(network_text("{shape: 4x4x4}", {"name: a, op: depthwise_conv2d, kernel: 1, multiplier: " + number}));
    reads(network_text("{shape: 4x4x4}", {"name: a, op: reshape, shape: [" + number + ", " + number + ", 1]"}));
  }
}

TEST(NetworkGarbage, OtherDocuments) {
  const std::string head = "schema: network/1\nnetwork: ";
  for (const std::string& text :
       {std::string(), std::string("\0\0\0", 3), std::string("\xff\xfe\x00\x01", 4), std::string("42"),
        std::string("[]"), std::string("schema: soc/1\nsoc: {}"), head, head + "[]", head + "{}", head + "4",
        head + "{name: a, input: {shape: 4}, layers: {a: b}}", head + "{name: a, input: {shape: 4}, layers: [[]]}",
        head + "{name: [a], input: {shape: {a: 4}}, layers: [4, ~]}", head + "&a [*a]", head + std::string(20000, '['),
        head + std::string(20000, '{'), std::string(5000, '-'), "? " + std::string(1000, '?'),
        head + "\n  name: a\n  name: b\n"}) {
    EXPECT_FALSE(reads(text)) << text.substr(0, 100);
  }
}

}  // namespace
}  // namespace subvolt::test
