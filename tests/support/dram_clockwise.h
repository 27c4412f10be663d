// FR-FCFS one clock at a time: slow and plain, for checking the engine that goes from command to command.
//
// Open page, refresh of all banks when it falls due, writes in groups, no sleep, no limit on overtaking, a queue that
// is never full. Each clock: of all commands that the rows of the document allow now, columns before rows, older
// requests before younger. A row is not closed before the burst that it was opened for has gone. It knows the document
// through dram_sheet.h only.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/support/dram_checker.h"

namespace subvolt::test {

struct PlacedBurst {
  std::int64_t tick = 0;  // of arrival: known from the next one on
  bool write = false;
  int bank = 0;
  std::int64_t row = 0, column = 0;
};

class ClockwiseScheduler {
 public:
  struct Groups {
    int high = 24, low = 8;  // waiting writes that begin a group of them, and end it
  };
  ClockwiseScheduler(const DramSheet& sheet, const Groups& groups)
      : sheet_(sheet), groups_(groups), timing_(sheet_), rows_(static_cast<std::size_t>(sheet.banks), -1) {}
  ClockwiseScheduler(const ClockwiseScheduler&) = delete;
  ClockwiseScheduler& operator=(const ClockwiseScheduler&) = delete;

  // All commands until every burst has gone. `bursts` in order of arrival.
  std::vector<DramEvent> run(const std::vector<PlacedBurst>& bursts);

 private:
  struct Waiting : PlacedBurst {
    bool opened = false;  // its row, for it
  };
  struct Candidate {
    int command = -1, bank = -1;
    std::size_t burst = 0;
    bool column = false;
  };
  void clock(std::int64_t tick);
  void refresh(std::int64_t tick);
  bool writes_now() const;
  bool blocked(std::size_t i) const;
  Candidate candidate(int bank, bool write) const;
  void issue(int command, int bank, std::int64_t row, std::int64_t tick);
  bool may(int command, int bank, std::int64_t tick) const {
    return tick >= bus_free_ && timing_.broken(command, bank, tick) == nullptr;
  }

  DramSheet sheet_;
  Groups groups_;
  DramRowChecker timing_;
  std::vector<std::int64_t> rows_;
  std::vector<Waiting> waiting_;  // in order of arrival
  std::vector<DramEvent> out_;
  std::int64_t bus_free_ = 0, refresh_due_ = 0;
  bool writing_ = false;
};

}  // namespace subvolt::test
