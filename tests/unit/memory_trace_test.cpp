// Are request traces read as they stand, and mistakes in them located?
#include "sim/run/bench/memory_trace.h"

#include <gtest/gtest.h>

#include "tests/support/power_samples.h"
#include "tests/support/temporary_folder.h"

namespace subvolt::run {
namespace {

class TraceText {
 public:
  explicit TraceText(const std::string& text) : path_(folder_.write("trace.csv", text)) {}
  const std::string& path() const { return path_; }

 private:
  test::TemporaryFolder folder_;
  std::string path_;
};

const std::string kHeader = std::string(MemoryTraceFile::kHeader) + "\n";

// A device of two groups of four banks, 1,024 rows of 64 bursts of 32 B: 16 MiB.
constexpr TracedMemory kDevice{32, 16 << 20, 8, 1024, 64, 2};

std::vector<MemoryRequest> all_of(const std::string& text, const std::string& map = "") {
  const TraceText file(text);
  MemoryTraceFile trace(file.path(), kDevice, map);
  std::vector<MemoryRequest> all;
  for (MemoryRequest r; trace.next(r);) all.push_back(r);
  EXPECT_DOUBLE_EQ(trace.share(), 1.0);
  return all;
}

std::string message_of(const std::string& text, const std::string& map = "") {
  const TraceText file(text);
  const std::string message = test::error_of([&] {
    MemoryTraceFile trace(file.path(), kDevice, map);
    for (MemoryRequest r; trace.next(r);) continue;
  });
  const std::string path = file.path() + ":";
  EXPECT_EQ(message.rfind(path, 0), 0u) << message;
  return message.substr(std::min(message.size(), path.size()));
}

TEST(MemoryTrace, ReadsEachColumn) {
  const auto all = all_of(kHeader + "0,R,1,2,3\n1000000000000000,W,7,65535,63\n");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].arrival_cycle, 0);
  EXPECT_FALSE(all[0].write);
  EXPECT_EQ(all[0].bank, 1);
  EXPECT_EQ(all[0].row, 2);
  EXPECT_EQ(all[0].burst, 3);
  EXPECT_EQ(all[1].arrival_cycle, 1'000'000'000'000'000);
  EXPECT_TRUE(all[1].write);
  EXPECT_EQ(all[1].bank, 7);
  EXPECT_EQ(all[1].row, 65535);
  EXPECT_EQ(all[1].burst, 63);
}

TEST(MemoryTrace, TakesBothKindsOfLineEndsEmptyLinesAndNoLastNewline) {
  EXPECT_EQ(all_of(kHeader).size(), 0u);
  EXPECT_EQ(all_of("arrival_cycle,op,bank,row,burst\r\n0,R,1,2,3\r\n\r\n0,W,1,2,3").size(), 2u);
}

// Longer than any buffer, so that lines are cut in the middle of it.
TEST(MemoryTrace, ReadsPieceByPiece) {
  std::string text = kHeader;
  constexpr int kRequests = 300'000;
  for (int i = 0; i < kRequests; ++i) text += std::to_string(i * 7) + ",R," + std::to_string(i % 8) + ",5,6\n";
  const auto all = all_of(text);
  ASSERT_EQ(all.size(), static_cast<std::size_t>(kRequests));
  for (int i = 0; i < kRequests; ++i) {
    const MemoryRequest& r = all[static_cast<std::size_t>(i)];
    ASSERT_TRUE(r.arrival_cycle == i * 7 && r.bank == i % 8 && r.row == 5 && r.burst == 6) << i;
  }
}

TEST(MemoryTrace, LocatesMistakes) {
  const char* const columns = "expected five columns, arrival_cycle,op,bank,row,burst";
  EXPECT_EQ(message_of(""), "1:1: expected a request trace, this file asks for nothing");
  EXPECT_EQ(message_of("0,R,0,0,0\n"),
            "1:1: expected the header arrival_cycle,op,bank,row,burst, or an address trace: LD 0x40, 0x40 R, 0x40 READ "
            "30 or 31: read 0x40, got \"0,R,0,0,0\"");
  EXPECT_EQ(message_of(kHeader + "0,R,0,0,0\n0,X,0,0,0\n"), "3:3: expected the op, R or W, got \"X\"");
  EXPECT_EQ(message_of(kHeader + "0,RD,0,0,0\n"), "2:3: expected the op, R or W, got \"RD\"");
  EXPECT_EQ(message_of(kHeader + "-1,R,0,0,0\n"),
            "2:1: expected the arrival_cycle, an integer from 0 to 2^63 - 1, got \"-1\"");
  EXPECT_EQ(message_of(kHeader + "0,R,0,1.5,0\n"), "2:7: expected the row, an integer from 0 to 10^15, got \"1.5\"");
  EXPECT_EQ(message_of(kHeader + "0,R,0,99999999999999999999,0\n"),
            "2:7: expected the row, an integer from 0 to 10^15, got \"99999999999999999999\"");
  EXPECT_EQ(message_of(kHeader + "0,R,,0,0\n"), "2:5: expected the bank, an integer from 0 to 10^15, got nothing");
  EXPECT_EQ(message_of(kHeader + "0,R,0\n"), std::string("2:6: ") + columns);
  EXPECT_EQ(message_of(kHeader + "0,R,0,0,0,0\n"),
            "2:10: expected nothing after the burst: five columns, arrival_cycle,op,bank,row,burst");
  EXPECT_NE(message_of(kHeader + std::string(3u << 20, '1')).find("2:1: this line has no end"), std::string::npos);
}

std::string text_of(const MemoryRequest& r) {
  std::string text = std::to_string(r.arrival_cycle) + (r.write ? " W " : " R ");
  if (r.address >= 0) return text + std::to_string(r.address);
  return text + std::to_string(r.bank) + "/" + std::to_string(r.row) + "/" + std::to_string(r.burst);
}
std::string all_text_of(const std::string& text, const std::string& map = "") {
  std::string all;
  for (const MemoryRequest& r : all_of(text, map)) all += (all.empty() ? "" : ", ") + text_of(r);
  return all;
}

TEST(MemoryTrace, ReadsAddressTracesOfOtherSimulators) {
  EXPECT_EQ(all_text_of("LD 0x40\nST 0x7f\n\nLD 128\n"), "0 R 64, 0 W 96, 0 R 128");  // Ramulator 2
  EXPECT_EQ(all_text_of("0x40 R\n0x9f W\n128 R\n"), "0 R 64, 0 W 128, 0 R 128");      // Ramulator
  EXPECT_EQ(all_text_of("0x2D5C0 READ 30\n2D5C0 WRITE 31\n0x20 P_MEM_WR 40"),         // DRAMsim3, DRAMSim2
            "30 R 185792, 31 W 185792, 40 W 32");
  EXPECT_EQ(all_text_of("# DRAMSys\n31: read 0x400160\n40:\twrite\t400180\t0xab\n"), "31 R 4194656, 40 W 4194688");
  EXPECT_EQ(all_text_of("31 read 0x40\n"), "31 R 64");
  EXPECT_EQ(all_text_of("R 0,0,1,3,512,4\nW 0,0,0,2,7,63\n"), "0 R 7/512/4, 0 W 4/7/63");  // bank x groups + group
  EXPECT_EQ(all_text_of("R 0,0,5,512,4\n"), "0 R 5/512/4");
}

TEST(MemoryTrace, CutsWhatIsLongerThanABurst) {
  EXPECT_EQ(all_text_of("1: (64) read 0x40\n2: (64) write 0x50\n3: (1) read 0x5f\n"),
            "1 R 64, 1 R 96, 2 W 64, 2 W 96, 2 W 128, 3 R 64");
}

TEST(MemoryTrace, DealsAddressBitsOutAsTheMapSays) {
  const std::string trace = "0x600da0 R\n";  // burst 0x3006d: row 0b11'0000'0000, bank 0b001, column 0b10'1101
  EXPECT_EQ(all_text_of(trace, "row bank column"), "0 R 1/384/45");
  EXPECT_EQ(all_text_of(trace, "robaco"), "0 R 1/384/45");
  EXPECT_EQ(all_text_of(trace, "RoChRaBaCo"), "0 R 1/384/45");
  EXPECT_EQ(all_text_of(trace, "row column bank"), "0 R 5/384/13");
  EXPECT_EQ(all_text_of(trace, "row column[5:1] bank column[0]"), "0 R 6/384/13");
  EXPECT_EQ(all_text_of(trace, "bank column row"), "0 R 3/109/0");
  EXPECT_EQ(all_text_of(trace, "rank[0] row bank column"), "0 R 1/384/45");
  // The group is the low bit of the bank.
  EXPECT_EQ(all_text_of(trace, "row bank bankgroup column"), "0 R 1/384/45");
  EXPECT_EQ(all_text_of(trace, "row bankgroup bank column"), "0 R 2/384/45");
  EXPECT_EQ(all_text_of(trace, "rochrababgco"), "0 R 1/384/45");
}

TEST(MemoryTrace, LocatesMistakesInAddressTraces) {
  EXPECT_EQ(message_of("LD 0x40\nSD 0x40\n"), "2:1: expected the operation, one of LD, ST, got \"SD\"");
  EXPECT_EQ(message_of("LD 0x4g\n"), "1:4: expected an address such as 0x12345680, got \"0x4g\"");
  EXPECT_EQ(message_of("LD\n"), "1:3: expected an address, got nothing");
  EXPECT_EQ(message_of("0x40 R\n0x40 R 3\n"), "2:8: expected nothing more: an address and R or W, got \"3\"");
  EXPECT_EQ(message_of("0x40 READ x\n"), "1:11: expected a clock, an integer from 0 to 2^63 - 1, got \"x\"");
  EXPECT_EQ(message_of("0x40 READ 1\n0x40 REED 1\n").rfind("2:6: expected the operation, one of READ, read", 0), 0u);
  EXPECT_EQ(message_of("1: read 0x40\n2: (0) read 0x40\n"),
            "2:4: expected the length in bytes, from (1) to (1048576), got \"(0)\"");
  EXPECT_EQ(message_of("1: read 0x40 0xff\n"),
            "1:14: expected nothing more: clock, operation and address; data only of a write, got \"0xff\"");
  EXPECT_EQ(message_of("3 0x40\n").substr(0, 4), "1:1:");
  EXPECT_NE(message_of("3 20734016\n").find("a processor's trace"), std::string::npos);
}

TEST(MemoryTrace, RefusesOtherRanksAndChannelsWithTheirPlace) {
  EXPECT_EQ(message_of("R 0,0,1,3,512,4\nR 0,1,1,3,512,4\n"),
            "2:5: rank 1: one channel with one rank is simulated; expected 0, leave out or renumber what is for "
            "others");
  EXPECT_EQ(message_of("R 2,0,1,3,512,4\n").rfind("1:3: channel 2: ", 0), 0u);
  EXPECT_EQ(message_of("LD 0x40\nLD 0x1000000\n"),
            "2:1: address 0x1000000 is beyond the memory's 16 MiB: one channel with one rank is simulated; expected "
            "less than 0x1000000, or --map with the bits of rank and channel");
  EXPECT_EQ(message_of("LD 0x1000040\n", "rank[0] row bank column"),
            "1:1: address 0x1000040 is for rank 1: one channel with one rank is simulated; leave out what is for "
            "others");
  EXPECT_EQ(message_of("LD 0x60\n", "row bank column channel[1:0]").rfind("1:1: address 0x60 is for channel 3", 0), 0u);
  EXPECT_NE(message_of("LD 0x2000040\n", "row bank column").find("beyond the bits that --map names"),
            std::string::npos);
  EXPECT_EQ(message_of("R 0,0,2,3,512,4\n"), "1:1: bank group 2: expected one from 0 to 1");
}

TEST(MemoryMap, RefusesMapsThatAreNone) {
  const auto message = [](const std::string& map) { return test::error_of([&] { MemoryMap m(map, kDevice); }); };
  EXPECT_EQ(message("row bank"), "--map \"row bank\": not all bits of column are named");
  EXPECT_EQ(message("row bank bank column"), "--map \"row bank bank column\": \"bank\" names bits for the second time");
  EXPECT_NE(message("row bank[3:0] column").find("goes beyond the 3 bits"), std::string::npos);
  EXPECT_NE(message("row bank[0:1] column").find("the higher bit first"), std::string::npos);
  EXPECT_NE(message("rows bank column").find("expected channel, rank, row, bankgroup, bank or column"),
            std::string::npos);
  EXPECT_NE(test::error_of([] {
              MemoryMap m("row bank column", {32, 1 << 20});
            }).find("no rows and banks"),
            std::string::npos);
}

TEST(MemoryTrace, RefusesWhatIsNoFile) {
  EXPECT_NE(test::error_of([] { MemoryTraceFile trace("/no/such/file.csv"); }).find("cannot read"), std::string::npos);
  EXPECT_NE(test::error_of([] { MemoryTraceFile trace("/tmp"); }).find("is a directory"), std::string::npos);
}

}  // namespace
}  // namespace subvolt::run
