import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { libraryCandidates } from '../../../src/native/libbpf/library.ts'

const checkoutWith = (...files: readonly string[]): string => {
  const checkout = mkdtempSync(join(tmpdir(), 'scope-library-'))
  onTestFinished(() => rmSync(checkout, { recursive: true }))
  for (const file of files) {
    mkdirSync(join(checkout, dirname(file)), { recursive: true })
    writeFileSync(join(checkout, file), '')
  }
  return checkout
}

it('is that of the system, then the one that set-up has unpacked', () => {
  const checkout = checkoutWith('.runtime/lib/libbpf.so.1')
  expect(libraryCandidates({}, checkout)).toEqual(['libbpf.so.1', `${checkout}/.runtime/lib/libbpf.so.1`])
})

it('is that of the system where set-up has unpacked none, whatever else is beside', () => {
  const checkout = checkoutWith('.runtime/lib/libelf.so.1', '.runtime/compile-cache/v24/libbpf.so.1')
  expect(libraryCandidates({}, checkout)).toEqual(['libbpf.so.1'])
  expect(libraryCandidates({}, checkoutWith())).toEqual(['libbpf.so.1'])
})

it('is the one that SCOPE_LIBBPF names, and no other', () => {
  const checkout = checkoutWith('.runtime/lib/libbpf.so.1')
  expect(libraryCandidates({ SCOPE_LIBBPF: '/opt/libbpf.so.1' }, checkout)).toEqual(['/opt/libbpf.so.1'])
})
