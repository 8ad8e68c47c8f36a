import { expect, test } from 'vitest'
import { processName, splitCommandLine } from '../../../src/probe/process/command-line.ts'

test.each<[string, boolean, string[]]>([
  ['', false, []],
  ['\0\0\0', false, []],
  ['ls\0', false, ['ls']],
  ['ls\0-l\0a b\0', false, ['ls', '-l', 'a b']],
  ['sh\0-c\0\0x\0', false, ['sh', '-c', '', 'x']],
  ['nginx: worker process', false, ['nginx: worker process']],
  ['caf\u00e9\0', false, ['caf\u00e9']],
])('arguments of %j', (text, cut, argv) => {
  expect(splitCommandLine(Buffer.from(text), cut)).toEqual(argv)
})

test.each([
  ['curl\0-s\0https://me:sec', ['curl', '-s', '…']],
  ['sh\0-c\0curl -s https://me:sec', ['sh', '-c', 'curl -s', '…']],
  ['x', ['…']],
])('leaves out the last word of what was cut: %j', (text, argv) => {
  expect(splitCommandLine(Buffer.from(text), true)).toEqual(argv)
})

test.each<[string, string[], string]>([
  ['bash', ['/bin/bash', '-l'], 'bash'],
  ['node', ['/opt/node-24/bin/node-of-another-name'], 'node'],
  ['systemd-journal', ['/lib/systemd/systemd-journald'], 'systemd-journald'],
  ['containerd-shim', ['/usr/bin/containerd-shim-runc-v2', '-id', 'x'], 'containerd-shim-runc-v2'],
  ['a-very-long-com', ['another'], 'a-very-long-com'],
  ['a-very-long-com', ['/x/a-very-long-command --title'], 'a-very-long-command'],
  ['a-very-long-com', [], 'a-very-long-com'],
  ['MainThread', ['/usr/bin/node', 'server.js'], 'node'],
  ['MainThread', [], 'MainThread'],
])('%s of %j is called %s', (comm, argv, name) => {
  expect(processName(comm, argv)).toBe(name)
})
