#pragma once

namespace holdfast {

/// Keeps the library that holds this code loaded until the process ends, even if a program that
/// opened it closes it: a thread, or the end of one, may still run it. The first call takes the
/// loader's lock, so it must hold none that a library's initialisers could want.
void stay_loaded() noexcept;

}  // namespace holdfast
