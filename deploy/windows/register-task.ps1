# Registers a task of the Windows Task Scheduler: what is due of the day's work, every half hour, and at once after a
# start that was missed. The program's database knows what is due, so a look too many does nothing.
#   powershell -ExecutionPolicy Bypass -File deploy\windows\register-task.ps1
#   Unregister-ScheduledTask -TaskName watchlist     takes it out again
param(
    [string]$TaskName = "watchlist",
    [int]$EveryMinutes = 30
)
$ErrorActionPreference = "Stop"
$checkout = (Resolve-Path (Join-Path $PSScriptRoot "..\..")).Path
$python = Join-Path $checkout ".venv\Scripts\python.exe"
if (-not (Test-Path -LiteralPath $python)) {
    throw "There is no environment yet: start start.bat once, then this again."
}
$action = New-ScheduledTaskAction -Execute $python -Argument "main.py run --once" -WorkingDirectory $checkout
$trigger = New-ScheduledTaskTrigger -Once -At (Get-Date) -RepetitionInterval (New-TimeSpan -Minutes $EveryMinutes)
$settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -MultipleInstances IgnoreNew `
    -ExecutionTimeLimit (New-TimeSpan -Hours 2) -RunOnlyIfNetworkAvailable `
    -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
Register-ScheduledTask -TaskName $TaskName -Action $action -Trigger $trigger -Settings $settings `
    -Description "watchlist: what is due of the day's work" -Force | Out-Null
Write-Output "The task $TaskName looks every $EveryMinutes minutes. Its log: $checkout\db\logs\run.log"
