#include <algorithm>
#include <cmath>

#include "sim/power/findings.h"
#include "sim/power/ledger/compensated_sum.h"
#include "sim/power/ledger/ledger.h"
#include "sim/units/picoseconds.h"
#include "sim/units/text.h"

namespace subvolt::power {
namespace {

constexpr double kTolerance = 1e-12;  // relative

bool agree(double a, double b) { return std::abs(a - b) <= kTolerance * std::max(std::abs(a), std::abs(b)); }

std::string joules(double j) { return shortest(j) + " J"; }

void check_account(const Account& account, const ActivityRecord& record, Findings& findings) {
  const auto good = [](double x) { return std::isfinite(x) && x >= 0.0; };
  findings.expect(
      account.count >= 0 && good(account.unit_energy.si()) && good(account.scale) && good(account.energy.si()), [&] {
        return account.name + ": " + std::to_string(account.count) + " x " + joules(account.unit_energy.si()) + " x " +
               shortest(account.scale) + " = " + joules(account.energy.si()) + " is no energy that can be spent";
      });
  const double product = static_cast<double>(account.count) * account.unit_energy.si() * account.scale;
  findings.expect(agree(product, account.energy.si()), [&] {
    return account.name + ": count x unit energy x scale is " + joules(product) + ", the account says " +
           joules(account.energy.si());
  });
  findings.expect(!account.source.empty(), [&] { return account.name + " lacks a source"; });
  findings.expect(!account.formula.empty() && !account.scale_formula.empty() && !account.count_unit.empty(),
                  [&] { return account.name + " does not explain itself"; });
  findings.expect(account.component >= -1 && account.component < static_cast<std::int64_t>(record.components.size()),
                  [&] { return account.name + ": there is no component " + std::to_string(account.component); });
}

void check_postings(const Ledger& ledger, const ActivityRecord& record, Findings& findings) {
  std::vector<CompensatedSum> energy(ledger.accounts.size());
  std::vector<std::int64_t> counts(ledger.accounts.size(), 0);
  for (const Posting& posting : ledger.postings) {
    const bool known = posting.account >= 0 && posting.account < static_cast<std::int64_t>(ledger.accounts.size()) &&
                       posting.task >= kNobody && posting.task < static_cast<std::int64_t>(record.tasks.size());
    if (!known) {
      findings.add("there is no account " + std::to_string(posting.account) + " or no task " +
                   std::to_string(posting.task) + " to post to");
      continue;
    }
    const auto a = static_cast<std::size_t>(posting.account);
    findings.expect(std::isfinite(posting.energy.si()) && posting.energy >= Energy() && posting.count >= 0,
                    [&] { return ledger.accounts[a].name + " has a negative posting"; });
    energy[a].add(posting.energy.si());
    counts[a] += posting.count;
  }
  for (std::size_t a = 0; a < ledger.accounts.size(); ++a) {
    const Account& account = ledger.accounts[a];
    findings.expect(agree(energy[a].value(), account.energy.si()), [&] {
      return account.name + ": its postings add up to " + joules(energy[a].value()) + ", the account says " +
             joules(account.energy.si());
    });
    findings.expect(account.cause == Cause::kSupplyLoss || counts[a] == account.count, [&] {
      return account.name + ": its postings count " + std::to_string(counts[a]) + ", the account " +
             std::to_string(account.count);
    });
  }
}

void check_trace(const std::vector<TraceSegment>& trace, const Ledger& ledger, const ActivityRecord& record,
                 Findings& findings) {
  CompensatedSum integral;
  Picoseconds reached;
  for (const TraceSegment& segment : trace) {
    findings.expect(segment.begin == reached && segment.end > segment.begin, [&] {
      return "the power trace has a gap or an overlap at " + std::to_string(segment.begin.value()) + " ps";
    });
    findings.expect(std::isfinite(segment.energy.si()) && segment.energy >= Energy(), [&] {
      return "the power trace spends " + joules(segment.energy.si()) + " from " +
             std::to_string(segment.begin.value()) + " ps on";
    });
    reached = segment.end;
    integral.add(segment.energy.si());
  }
  findings.expect(reached == record.total_time, [&] {
    return "the power trace ends at " + std::to_string(reached.value()) + " ps, the run at " +
           std::to_string(record.total_time.value()) + " ps";
  });
  findings.expect(agree(integral.value(), ledger.total.si()), [&] {
    return "the integral of the power trace is " + joules(integral.value()) + ", the ledger says " +
           joules(ledger.total.si());
  });
}

// Of a run that repeats: no window is needed that is longer than the run.
void check_peak(const Ledger& ledger, const ActivityRecord& record, Findings& findings) {
  if (record.total_time <= Picoseconds()) return;
  const Power average = ledger.total / Time::from_si(in_seconds(record.total_time));
  findings.expect(ledger.peak >= average * (1.0 - kTolerance), [&] {
    return "the peak is " + to_text(ledger.peak, 9) + ", below the average of " + to_text(average, 9);
  });
}

bool is_standby(Cause cause) {
  return cause == Cause::kLeakage || cause == Cause::kRetention || cause == Cause::kBackground;
}

// Whoever has supply leaks: the chip whose own energies stand for components, each other component that is made of
// gates or bits, and each domain with anything in it.
void check_leakage(const Ledger& ledger, const ActivityRecord& record, Findings& findings) {
  std::vector<double> standby(record.components.size(), 0.0);
  for (const Account& account : ledger.accounts) {
    const bool of_component =
        account.component >= 0 && account.component < static_cast<std::int64_t>(record.components.size());
    if (of_component && is_standby(account.cause))
      standby[static_cast<std::size_t>(account.component)] += account.energy.si();
  }
  for (std::size_t d = 0; d < record.power_domains.size(); ++d) {
    const bool powered = std::any_of(record.epochs.begin(), record.epochs.end(),
                                     [d](const Epoch& epoch) { return epoch.states[d] != PowerState::kOff; });
    if (!powered) continue;
    bool any = false;
    double sum = 0.0;
    for (std::size_t c = 0; c < record.components.size(); ++c) {
      const ComponentDeclaration& component = record.components[c];
      if (component.power_domain != record.power_domains[d]) continue;
      if (c < ledger.covered.size() && ledger.covered[c]) continue;  // the chip's own energies have it in them
      any = true;
      sum += standby[c];
      const bool has_size = component.inventory.logic_gates > 0 || component.inventory.sram_bits > 0;
      findings.expect(!has_size || standby[c] > 0.0,
                      [&] { return component.name + " is powered and made of something, but does not leak"; });
    }
    findings.expect(!any || sum > 0.0,
                    [&] { return "power domain " + record.power_domains[d] + " is powered, but nothing in it leaks"; });
  }
  const bool covers = std::find(ledger.covered.begin(), ledger.covered.end(), true) != ledger.covered.end();
  const bool draws = std::any_of(ledger.accounts.begin(), ledger.accounts.end(),
                                 [](const Account& a) { return is_standby(a.cause) && a.energy > Energy(); });
  findings.expect(!covers || draws || record.total_time == Picoseconds(),
                  [] { return "the chip's own energies have nothing that it draws while it does nothing"; });
}

}  // namespace

std::vector<std::string> violations(const Ledger& ledger, const ActivityRecord& record) {
  Findings findings;
  CompensatedSum total;
  for (const Account& account : ledger.accounts) {
    check_account(account, record, findings);
    total.add(account.energy.si());
  }
  findings.expect(agree(total.value(), ledger.total.si()), [&] {
    return "the accounts add up to " + joules(total.value()) + ", the ledger says " + joules(ledger.total.si());
  });
  findings.expect(ledger.estimated_share >= 0.0 && ledger.estimated_share <= 1.0,
                  [&] { return "the share of estimates is " + shortest(ledger.estimated_share); });
  check_postings(ledger, record, findings);
  if (record.timeline || !ledger.trace.empty()) {
    check_trace(ledger.trace, ledger, record, findings);
    check_trace(ledger.rows, ledger, record, findings);
    check_peak(ledger, record, findings);
  }
  check_leakage(ledger, record, findings);
  return findings.take();
}

}  // namespace subvolt::power
