// Work in a process of its own: SystemC elaborates one design per process, so whoever runs several needs as many.
#pragma once

#include <functional>
#include <string>

namespace subvolt::run {

using OnProgress = std::function<void(double share)>;

// What `work` returns, done in a child that is forked off here. What it tells of its progress comes to `on_progress`,
// an Error that it throws is thrown again, any other exception as Error(kInternal). Throws Error(kInternal), too, when
// there can be no child or it dies. It dies with its parent.
std::string in_child(const std::function<std::string(const OnProgress&)>& work, const OnProgress& on_progress = {});

}  // namespace subvolt::run
