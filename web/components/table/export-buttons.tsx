import { createSignal, type JSX, onCleanup } from 'solid-js'
import { copyText } from '../../data/clipboard.ts'
import { saveFile } from '../../data/save-file.ts'
import { type Sheet, toCsv, toTabs } from '../../domain/table/export.ts'
import { plural } from '../../domain/words/format.ts'
import { settings } from '../../settings.ts'
import { Icon } from '../icon/icon.tsx'

/** Props of {@link ExportButtons}. */
export interface ExportButtonsProps {
  /** What the file is named after. */
  readonly name: string
  /** How many rows it will be. */
  readonly rows: number
  readonly sheet: () => Sheet
  /** The same as JSON. */
  readonly json: () => string
}

/** Copies the marked rows, or all, for a spreadsheet, or saves them as a CSV or JSON file. */
export function ExportButtons(props: ExportButtonsProps): JSX.Element {
  const [said, setSaid] = createSignal('')
  let timer: number | undefined
  onCleanup(() => window.clearTimeout(timer))
  const say = (text: string) => {
    window.clearTimeout(timer)
    setSaid(text)
    timer = window.setTimeout(() => setSaid(''), settings.table.saidMs)
  }
  const copy = async () => {
    const { rows } = props
    const isDone = await copyText(toTabs(props.sheet()))
    say(isDone ? `${plural(rows, 'row')} copied` : 'The browser does not let the page copy')
  }
  const save = () => saveFile(props.name, 'csv', 'text/csv', toCsv(props.sheet()))
  return (
    <>
      <button
        type="button"
        class="sheet-tool"
        data-testid="table-copy"
        title="Copy these rows and columns"
        onClick={() => void copy()}
      >
        <Icon name="copy" />
        {said() || 'Copy'}
      </button>
      <button
        type="button"
        class="sheet-tool"
        data-testid="table-save"
        title="Save these rows and columns as a CSV file"
        onClick={save}
      >
        <Icon name="download" />
        CSV
      </button>
      <button
        type="button"
        class="sheet-tool"
        data-testid="table-save-json"
        title="Save these rows and columns as a JSON file"
        onClick={() => saveFile(props.name, 'json', 'application/json', props.json())}
      >
        <Icon name="download" />
        JSON
      </button>
      <span class="for-readers" role="status">
        {said()}
      </span>
    </>
  )
}
