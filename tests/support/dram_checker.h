// Is a stream of DRAM commands what the device's document allows? Plain and independent of the model: a list of rules
// (dram_sheet.h), for each the last commands it looks back to.
//
// Checked: every timing row at its level, windows included; one command at a time on the command bus, on the clock's
// edges; one burst at a time on the data bus; columns and precharges only where they make sense: ACT to closed banks,
// RD and WR to open ones, REFab, SRE, DPDE with all banks closed, REFpb to a closed bank and in turn (LPDDR3 devices
// count the banks themselves, from 0 after REFab and self-refresh; LPDDR4 allows any order), nothing but the exit in
// power-down, self-refresh and deep power-down; a refresh between two self-refreshes (JESD79-3, 4.16); refreshes
// enough: no more put off than `postpone`, and never more than nine intervals between two (JESD79-3, 4.14).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/units/picoseconds.h"
#include "tests/support/dram_sheet.h"

namespace subvolt::test {

struct DramEvent {
  Picoseconds at{};
  int command = 0;
  int bank = -1;
  std::int64_t row = -1;
};
std::string describe(const DramEvent& e);

// The timing rows alone. Times in ticks.
class DramRowChecker {
 public:
  explicit DramRowChecker(const DramSheet& sheet);
  // The first row that forbids the command at this time; nullptr: none does. `bank` of commands to all: any.
  const DramRow* broken(int command, int bank, std::int64_t begin) const;
  void note(int command, int bank, std::int64_t begin);

 private:
  // Last clocks of the last `window` commands of a row in one place, oldest first.
  struct Past {
    std::vector<std::int64_t> last;
  };
  std::size_t first_place(const DramRow& row, int command, int bank) const;
  std::size_t last_place(const DramRow& row, int command, int bank) const;

  const DramSheet* sheet_;
  std::vector<std::vector<Past>> past_;  // by row and bank (or bank group)
};

class DramChecker {
 public:
  struct Policy {
    int postpone = 0;
    bool per_bank = false;
    bool count_refreshes = true;  // false: schedules of others
  };
  DramChecker(const DramSheet& sheet, const Policy& policy);
  DramChecker(const DramChecker&) = delete;
  DramChecker& operator=(const DramChecker&) = delete;

  void command(const DramEvent& e);  // in order
  // The clock changed, from now on `sheet` counts.
  void switched(const DramSheet& sheet, Picoseconds at);
  void finish(Picoseconds at);

  const std::vector<std::string>& violations() const { return violations_; }
  // All of them in a few lines; empty: none.
  std::string report() const;
  std::int64_t open_row(int bank) const { return rows_[static_cast<std::size_t>(bank)]; }  // -1: closed

 private:
  enum class Mode { kUp, kPowerDown, kSelfRefresh, kDeepPowerDown };
  void violation(const DramEvent& e, const std::string& why);
  void check_buses(const DramEvent& e, std::int64_t begin);
  void check_state(const DramEvent& e);
  void change_state(const DramEvent& e);
  void check_refreshes(const DramEvent& e);
  void note_refresh(const DramEvent& e);
  void restart_refreshes(Picoseconds at);
  bool any_open() const;

  DramSheet sheet_;
  Policy policy_;
  DramRowChecker timing_;
  Picoseconds lag_;
  Picoseconds base_{};  // where tick 0 of this clock is
  std::int64_t bus_free_ = 0, data_free_ = 0;
  std::vector<std::int64_t> rows_;
  Mode mode_ = Mode::kUp;
  Picoseconds refresh_from_{}, last_refresh_{};
  std::int64_t refreshes_ = 0, turns_ = 0;  // since refresh_from_: REFab; REFpb
  std::vector<Picoseconds> bank_refreshed_;
  int next_turn_ = 0;
  bool slept_ = false;  // self-refresh since the last refresh
  std::int64_t turns_since_sleep_ = 0;
  std::vector<std::string> violations_;
};

// The whole stream at one clock.
std::string dram_violations(const DramSheet& sheet, const DramChecker::Policy& policy,
                            const std::vector<DramEvent>& stream, Picoseconds end);

}  // namespace subvolt::test
