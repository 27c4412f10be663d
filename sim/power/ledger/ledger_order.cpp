#include "sim/power/ledger/ledger_order.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

namespace subvolt::power {

void sort_accounts(Ledger& ledger) {
  const auto& accounts = ledger.accounts;
  std::vector<std::size_t> order(accounts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [](const Account& a) {
    const auto component = a.component < 0 ? std::numeric_limits<std::int32_t>::max() : a.component;
    return std::tuple<std::int32_t, Cause, const std::string&>(component, a.cause, a.name);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return key(accounts[a]) < key(accounts[b]); });
  std::vector<Account> sorted;
  std::vector<std::int32_t> place(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    place[order[i]] = static_cast<std::int32_t>(i);
    sorted.push_back(accounts[order[i]]);
  }
  ledger.accounts = std::move(sorted);
  for (Posting& posting : ledger.postings) posting.account = place[static_cast<std::size_t>(posting.account)];
  std::stable_sort(ledger.postings.begin(), ledger.postings.end(), [](const Posting& a, const Posting& b) {
    return std::tie(a.account, a.task) < std::tie(b.account, b.task);
  });
}

}  // namespace subvolt::power
