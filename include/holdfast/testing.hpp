#pragma once

// For the tests of programs that use Holdfast: a clock that moves when told, so that nobody sleeps,
// outcomes from a script, events as values, attempts without a guard, circuits and budgets in a
// given state. Not in holdfast.hpp: a program that runs needs none of it.

#include "holdfast/drive/event_recorder.hpp"
#include "holdfast/drive/forced_states.hpp"
#include "holdfast/drive/lone_attempt.hpp"
#include "holdfast/drive/manual_time.hpp"
#include "holdfast/drive/scripted.hpp"
