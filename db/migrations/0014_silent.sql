-- Up to which day a security that ended was asked about without anything newer in the answer: then it is left alone.
alter table coverage add column silent_until text
  check (silent_until is null or silent_until is date(silent_until, '+0 days'));
