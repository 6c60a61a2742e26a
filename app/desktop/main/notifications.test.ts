import { EventEmitter } from "node:events";
import { beforeEach, expect, test } from "vitest";
import type { Notice } from "../tray/notices.ts";
import { notifier } from "./notifications.ts";

const notice: Notice = {
  title: "press-1 is connected.",
  body: "You can work on it now.",
  place: "machines",
  machine: "m-1",
};

class FakeNotification extends EventEmitter {
  static supported = true;
  static made: FakeNotification[] = [];
  readonly options: object;
  isShown = false;

  constructor(options: object) {
    super();
    this.options = options;
    FakeNotification.made.push(this);
  }

  static isSupported(): boolean {
    return FakeNotification.supported;
  }

  show(): void {
    this.isShown = true;
  }
}

beforeEach(() => {
  FakeNotification.made = [];
  FakeNotification.supported = true;
});

test("a notice is shown with its words, and a click leads to what it is about", () => {
  const clicked: Notice[] = [];
  notifier(FakeNotification)(notice, (about) => clicked.push(about));
  const [shown] = FakeNotification.made;
  expect([shown?.options, shown?.isShown]).toEqual([{ title: notice.title, body: notice.body }, true]);
  expect(clicked).toEqual([]);
  shown?.emit("click");
  expect(clicked).toEqual([notice]);
});

test("one that is closed, or that the system could not show, leads nowhere", () => {
  const clicked: Notice[] = [];
  const notify = notifier(FakeNotification);
  for (const end of ["close", "failed"]) {
    notify(notice, (about) => clicked.push(about));
    FakeNotification.made.at(-1)?.emit(end);
  }
  expect(clicked).toEqual([]);
});

test("where the system shows none, none is made", () => {
  FakeNotification.supported = false;
  notifier(FakeNotification)(notice, () => {});
  expect(FakeNotification.made).toEqual([]);
});
