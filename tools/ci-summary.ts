import { readFileSync } from 'node:fs'

/** What is needed of Vitest's JSON report. */
interface TestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

const [path = '', checkCode = '1', testCode = '1'] = process.argv.slice(2)

function readReport(): TestReport {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as TestReport
  } catch (error) {
    console.log(`no test results: ${error instanceof Error ? error.message : error}`)
    return { testResults: [] }
  }
}

const files = readReport().testResults
const results = files.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status))
const passed = results.filter((status) => status === 'passed').length
const failedTests = results.filter((status) => status === 'failed').length
const skipped = results.length - passed - failedTests

// A file that fails before or after its tests (an import, a hook) has no failed test to show for it.
const brokenFiles = files.filter(
  ({ status, assertionResults }) =>
    status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
)
for (const { name } of brokenFiles) console.log(`failed outside of its tests: ${name}`)

let failed = failedTests + brokenFiles.length
if (checkCode !== '0') {
  console.log('failed: npm run check')
  failed += 1
}
if (testCode !== '0' && failedTests + brokenFiles.length === 0) {
  console.log(`failed: npm test ended with code ${testCode}`)
  failed += 1
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed === 0 && skipped === 0 && passed > 0 ? 0 : 1
