// The first script of ours on every page. It says that scripts run, which nhsuk-frontend's styles and scripts
// ask of the body, and starts its components. A file, because the content security policy allows no script
// inside a page. The build puts the hashed name of nhsuk.js here.
import { keepTypedForms } from './keep-typed.js';
import { initAll } from './nhsuk.js';

document.body.classList.add('js-enabled', 'nhsuk-frontend-supported');
initAll();
keepTypedForms();
