/** Says on every page that this is a restored copy: what is done in it is not done in the original. Printed too. */
export function CopyBanner({ of, containerClass }: { readonly of: string; readonly containerClass: string }) {
  return (
    <aside class="app-demo-banner" aria-label="Restored copy">
      <div class={containerClass}>
        <p>
          <strong>Restored copy.</strong>{' '}
          {`It shows the data of ${of}. What you do here is not done in the original.`}
        </p>
      </div>
    </aside>
  );
}
