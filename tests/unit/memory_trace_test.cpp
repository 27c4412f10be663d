// Are request traces read as they stand, and mistakes in them located?
#include "sim/run/memory_trace.h"

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

std::vector<MemoryRequest> all_of(const std::string& text) {
  const TraceText file(text);
  MemoryTraceFile trace(file.path());
  std::vector<MemoryRequest> all;
  for (MemoryRequest r; trace.next(r);) all.push_back(r);
  EXPECT_DOUBLE_EQ(trace.share(), 1.0);
  return all;
}

std::string message_of(const std::string& text) {
  const TraceText file(text);
  const std::string message = test::error_of([&] {
    MemoryTraceFile trace(file.path());
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
  EXPECT_EQ(message_of(""), "1:1: expected the header arrival_cycle,op,bank,row,burst, got nothing");
  EXPECT_EQ(message_of("0,R,0,0,0\n"), "1:1: expected the header arrival_cycle,op,bank,row,burst, got \"0,R,0,0,0\"");
  EXPECT_EQ(message_of(kHeader + "0,R,0,0,0\n0,X,0,0,0\n"), "3:3: expected the op, R or W, got \"X\"");
  EXPECT_EQ(message_of(kHeader + "0,RD,0,0,0\n"), "2:3: expected the op, R or W, got \"RD\"");
  EXPECT_EQ(message_of(kHeader + "-1,R,0,0,0\n"),
            "2:1: expected the arrival_cycle, an integer from 0 to 10^15, got \"-1\"");
  EXPECT_EQ(message_of(kHeader + "0,R,0,1.5,0\n"), "2:7: expected the row, an integer from 0 to 10^15, got \"1.5\"");
  EXPECT_EQ(message_of(kHeader + "0,R,0,99999999999999999999,0\n"),
            "2:7: expected the row, an integer from 0 to 10^15, got \"99999999999999999999\"");
  EXPECT_EQ(message_of(kHeader + "0,R,,0,0\n"), "2:5: expected the bank, an integer from 0 to 10^15, got nothing");
  EXPECT_EQ(message_of(kHeader + "0,R,0\n"), std::string("2:6: ") + columns);
  EXPECT_EQ(message_of(kHeader + "0,R,0,0,0,0\n"),
            "2:10: expected nothing after the burst: five columns, arrival_cycle,op,bank,row,burst");
  EXPECT_NE(message_of(kHeader + std::string(3u << 20, '1')).find("2:1: this line has no end"), std::string::npos);
}

TEST(MemoryTrace, RefusesWhatIsNoFile) {
  EXPECT_NE(test::error_of([] { MemoryTraceFile trace("/no/such/file.csv"); }).find("cannot read"), std::string::npos);
  EXPECT_NE(test::error_of([] { MemoryTraceFile trace("/tmp"); }).find("folder"), std::string::npos);
}

}  // namespace
}  // namespace subvolt::run
