window.wrongs = [];
window.onerror = (message) => window.wrongs.push(`error: ${message}`);
window.addEventListener("securitypolicyviolation", (it) => window.wrongs.push(`load: ${it.blockedURI}`));
console.error = (...all) => window.wrongs.push(`console: ${all.join(" ")}`);
