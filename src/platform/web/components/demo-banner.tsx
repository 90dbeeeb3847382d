/** Says on every page of a demonstration that nobody on it exists. Printed too. */
export function DemoBanner({ containerClass }: { readonly containerClass: string }) {
  return (
    <aside class="app-demo-banner" aria-label="Demonstration">
      <div class={containerClass}>
        <p>
          <strong>Demonstration.</strong> Every person, practice and record here is made up.
        </p>
      </div>
    </aside>
  );
}
