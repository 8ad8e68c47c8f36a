/**
 * Submits a form by Enter also where a list of choices has the focus, as browsers do elsewhere. Space opens the list.
 *
 * By a listener of the element itself, because dialogs keep their keys from the document, where Solid's listeners are.
 */
export function submitByEnter(form: HTMLFormElement): void {
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.target instanceof HTMLSelectElement)) return
    event.preventDefault()
    form.requestSubmit()
  })
}
